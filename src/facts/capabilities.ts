import { capabilityName } from '../kernel/index.ts'

export { allCapabilities } from '../kernel/index.ts'

/** The names in a mask as `/proc/PID/status` writes it (hexadecimal). A bit newer than the table is `CAP_41`. */
export function capabilityNames(mask: string): string[] {
  const bits = BigInt(`0x${mask || '0'}`)
  const names: string[] = []
  for (let bit = 0; bits >> BigInt(bit); bit++) {
    if ((bits >> BigInt(bit)) & 1n) names.push(capabilityName(bit))
  }
  return names
}
