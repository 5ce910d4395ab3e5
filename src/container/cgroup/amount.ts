const units = ['b', 'k', 'm', 'g', 't', 'p']

/** Bytes as docker reads them: `64m`, `64MB`, `1.5g`, `512`; each unit is 1024 of the one before. Undefined: none of these, or more than any machine has. */
export function bytesIn(text: string): number | undefined {
  const [, digits, unit = 'b'] = /^(\d+(?:\.\d+)?) ?([bkmgtp])?(?:i?b)?$/i.exec(text.trim()) ?? []
  if (digits === undefined) return undefined
  const bytes = Math.floor(Number(digits) * 1024 ** units.indexOf(unit.toLowerCase()))
  return Number.isSafeInteger(bytes) ? bytes : undefined
}

/** `64 MiB` */
export function sayBytes(bytes: number): string {
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10))
  const amount = bytes / 1024 ** power
  return `${Number(amount.toFixed(amount < 10 ? 2 : 1))} ${['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'][power]}`
}
