/** What came of one typed line. */
export interface Typed {
  /** What was printed: clean text without escape sequences, without the prompt, without the echo of the line. */
  output: string
  /** `$?`, when the prompt is back. */
  status?: number
  /**
   * `ready`: the shell's prompt is back. `more`: the shell asks for the rest of the command. `none`: no prompt came in
   * time, so a program is reading its input, and the next line is for it.
   */
  prompt: 'ready' | 'more' | 'none'
}

/** All that the runner knows of a terminal. Behind it may be a pty, or a serial console. */
export interface Typist {
  /** Types a line and Enter, and waits for what comes of it. */
  type(line: string): Promise<Typed>
}
