import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Built } from './build.ts'

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}

export interface Server {
  /** With the base, and a slash at the end. */
  url: string
  close(): void
}

/** The plainest static server: files, `index.html` for a directory, 404.html for the rest. It compresses. */
export async function serve({ out, base }: Pick<Built, 'out' | 'base'>): Promise<Server> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    const asked = join(out, normalize(`/${path.slice(base.length)}`))
    const file = existsSync(asked) && statSync(asked).isDirectory() ? join(asked, 'index.html') : asked
    const found = path.startsWith(base) && existsSync(file)
    response.writeHead(found ? 200 : 404, {
      'content-type': found
        ? (types[extname(file)] ?? 'text/plain; charset=utf-8')
        : 'text/html; charset=utf-8',
      'content-encoding': 'gzip',
    })
    response.end(gzipSync(readFileSync(found ? file : join(out, '404.html'))))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}${base}`, close: () => server.close() }
}
