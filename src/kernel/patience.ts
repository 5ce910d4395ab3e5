/**
 * How long to wait for something the kernel does, in milliseconds: so long as given, or `COOPER_PATIENCE` times that,
 * for a machine that is slow throughout, as one under emulation is.
 */
export function patiently(ms: number): number {
  const factor = Number(process.env.COOPER_PATIENCE)
  return factor > 0 ? ms * factor : ms
}
