/** makedev(3), read backwards: both numbers are in two parts, since each once fitted into a byte. */
export const majorOf = (rdev: number) => ((rdev >>> 8) & 0xfff) | (Math.floor(rdev / 2 ** 32) & ~0xfff)
export const minorOf = (rdev: number) => (rdev & 0xff) | ((rdev >>> 12) & 0xfff00)
