/**
 * Whose `/proc` is read. The same process has another number in every PID namespace around it, and a proc file
 * system shows the numbers of the namespace it was mounted in: so a fact is only a fact together with its view.
 */
export interface View {
  /** A mounted proc file system, absolute: `/proc`. */
  proc: string
}

/** The machine's own view: the numbers that any other terminal of it shows. */
export const machine: View = { proc: '/proc' }

/**
 * The view from inside, without going inside: the proc that the process `holder` (its number on the machine) finds
 * under its own root. `/proc/PID/root` leads through the mounts of that process, and works without root for processes
 * of one's own (`man 5 proc_pid_root`). `self` does not exist in it: the reader is not one of its processes.
 */
export function viewOf(holder: number): View {
  return { proc: `/proc/${holder}/root/proc` }
}
