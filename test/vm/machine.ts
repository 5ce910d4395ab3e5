import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'

export interface Machine {
  image: string
  initramfs: string
  disk: string
  /** After these it is turned off. */
  minutes: number
  stop: AbortSignal
}

/**
 * Runs the machine until it turns itself off, is stopped, or takes too long. What it prints on its serial line is
 * printed here. It is emulated whole (TCG), so it runs wherever QEMU does.
 *
 * @returns how it ended
 */
export async function boot({ image, initramfs, disk, minutes, stop }: Machine): Promise<string> {
  const qemu = spawn(
    'setpriv',
    [
      // Ended with us, however we end.
      ...['--pdeathsig', 'KILL', 'qemu-system-x86_64'],
      ...['-accel', 'tcg,thread=multi,tb-size=512'],
      ...['-smp', String(Math.min(4, availableParallelism())), '-m', '2048'],
      ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
      ...['-kernel', image, '-initrd', initramfs],
      ...['-drive', `file=${disk},format=raw,if=virtio,cache=unsafe`],
      ...['-append', 'console=ttyS0 loglevel=1 panic=-1 mitigations=off COOPER_PATIENCE=5'],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const kill = () => qemu.kill('SIGKILL')
  process.once('exit', kill)
  stop.addEventListener('abort', kill)
  if (stop.aborted) kill()
  let late = false
  const timer = setTimeout(() => {
    late = true
    kill()
  }, minutes * 60_000)
  createInterface(qemu.stdout).on('line', (line) => console.log(line))
  try {
    const status = await new Promise<number | null>((resolve, reject) => {
      qemu.once('error', reject)
      qemu.once('close', resolve)
    })
    if (late) return 'It was turned off'
    if (stop.aborted) return 'It was interrupted'
    return status === 0 ? 'It turned itself off' : `QEMU ended with status ${status}`
  } finally {
    clearTimeout(timer)
    process.off('exit', kill)
  }
}
