import { startProxy } from '../proxy.ts'
import { verb } from './verb.ts'

/** The userland proxy: one process that relays what comes to sockets of the machine. It ends with the container. */
export interface ProxyArgs {
  /** Listening sockets of the machine by descriptor, and the ports they lead to. */
  ports: { protocol: 'tcp' | 'udp'; address?: string; port: number; to: number; fd: number }[]
  /** The address that all of them lead to. */
  to: string
  /** From inside the child's network, or from outside. */
  inside: boolean
}

// #region call
export const proxy = verb<ProxyArgs>({
  run: async ({ ports, to, inside }, { child, atEnd }) => {
    const { stop } = await startProxy(ports, to, inside ? child : undefined)
    atEnd?.(stop)
  },
  say: ({ ports, to, inside }) =>
    `cooper-proxy ${ports
      .map(({ protocol, address = '*', port, to: inner }) => `${protocol} ${address}:${port} ${to}:${inner}`)
      .join(', ')}${inside ? ' in the network of CHILD' : ''}`,
  shell: ({ ports, to, inside }) =>
    ports
      .map(({ protocol, address, port, to: inner }) => {
        const kind = protocol.toUpperCase()
        const bind = address ? `,bind=${address}` : ''
        const target = inside
          ? `EXEC:"nsenter -U --preserve-credentials -n -t $CHILD socat - ${kind}:${to}:${inner}"`
          : `${kind}:${to}:${inner}`
        return `socat ${kind}-LISTEN:${port},fork,reuseaddr${bind} ${target} &`
      })
      .join('\n'),
  causes: {
    EPERM: () => ({ because: 'only who owns the container’s user namespace may enter its network' }),
  },
})
// #endregion call
