import { lstatSync } from 'node:fs'

/**
 * Where a root can be put together in a mount namespace of one's own: a directory that every Linux has, and that
 * nothing lies below that is needed meanwhile. So nothing has to be made on the machine.
 */
export function assemblyPoint(needed: string[]): string {
  const places = ['/dev/shm', '/mnt', '/media', '/srv', '/tmp']
  // Neither below the place, which would hide it, nor around it, which would show what is put together there.
  const isFree = (place: string) =>
    !needed.some((path) => `${path}/`.startsWith(`${place}/`) || `${place}/`.startsWith(`${path}/`))
  return places.find((place) => isDirectory(place) && isFree(place)) ?? '/tmp'
}

function isDirectory(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
}
