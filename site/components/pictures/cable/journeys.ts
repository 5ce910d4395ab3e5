export interface Network {
  bridge: string
  subnet: string
  gateway: string
  /** Addresses of two containers. */
  first: string
  second: string
  /** As nft knows them. */
  rules: Record<'masquerade' | 'dnat' | 'output' | 'drop', string>
}

/** Where a packet can be: in a container, on its cable, in the bridge above or below, at NAT, outside, at the proxy … */
export type Place = 'first' | 'cable' | 'bridge' | 'second' | 'nat' | 'outside' | 'proxy' | 'loopback'

export interface Step {
  at: Place
  from: string
  to: string
  /** What was rewritten here; `new`: this is another packet than before. */
  changed?: 'from' | 'to' | 'new'
  rule?: string
  /** The packet goes no further. */
  dropped?: true
  says: string
}

export interface Journey {
  name: string
  steps: Step[]
}

/** From examples (RFC 5737): the machine's address outside, and somebody there. */
export const machine = '192.0.2.1'
export const outside = '192.0.2.80'

type Change = Partial<Pick<Step, 'from' | 'to' | 'rule' | 'dropped'>>
type Hop = [at: Place, says: string, change?: Change]

/** A header stays as it is until a hop changes it. Who changes both ends sends a packet of its own. */
function journey(name: string, from: string, to: string, hops: Hop[]): Journey {
  const steps: Step[] = []
  for (const [at, says, change = {}] of hops) {
    const before = steps.at(-1)
    const changed = change.from && change.to ? 'new' : change.from ? 'from' : change.to ? 'to' : undefined
    steps.push({ from: before?.from ?? from, to: before?.to ?? to, ...change, at, says, changed })
  }
  return { name, steps }
}

/** The ways a packet can take, and what is in its header on each part of them. */
export function journeys({ bridge, subnet, gateway, first, second, rules }: Network): Journey[] {
  return [
    journey('Out', `${first}:40000`, `${outside}:80`, [
      [
        'first',
        `A program in the container calls a server outside. Its routes say: what is not near goes to the gateway, ${gateway}.`,
      ],
      [
        'cable',
        'eth0 is one end of a cable, a veth pair. What goes in here comes out at the other end, which is on the machine.',
      ],
      [
        'bridge',
        `The other end is plugged into a switch, the bridge ${bridge}. The frame is for the bridge itself, the gateway: so the machine takes it.`,
      ],
      [
        'nat',
        'The machine forwards it, since ip_forward is 1. On the way out, masquerade writes the machine’s address over the source.',
        { from: `${machine}:40000`, rule: rules.masquerade },
      ],
      ['outside', 'The server sees a caller it can answer: the machine. It knows of no container.'],
      ['outside', 'So the answer is for the machine.', { from: `${outside}:80`, to: `${machine}:40000` }],
      [
        'nat',
        'The kernel has noted the connection, and undoes what it did: the destination is the container again.',
        { to: `${first}:40000` },
      ],
      ['bridge', 'Now it is not for the machine, and is routed to the bridge, which knows the cable.'],
      ['first', 'The program gets its answer from the server it had called, and has noticed nothing.'],
    ]),
    journey('In, with -p 8080:80', `${outside}:50000`, `${machine}:8080`, [
      [
        'outside',
        'Somebody outside calls port 8080 of the machine, whose address is the only one they know.',
      ],
      [
        'nat',
        'The port is published: before the machine asks its routes, dnat writes the container’s address and port over the destination.',
        { to: `${first}:80`, rule: rules.dnat },
      ],
      [
        'bridge',
        'So it is for somebody else, and is forwarded. The filter lets it pass, because its destination was translated.',
      ],
      ['first', 'The server in the container sees who is calling: the source was not touched.'],
      ['first', 'It answers, by way of its gateway.', { from: `${first}:80`, to: `${outside}:50000` }],
      [
        'nat',
        'The kernel has noted this connection, too: the answer has to come from where the call went to.',
        { from: `${machine}:8080` },
      ],
      ['outside', 'The caller gets an answer from port 8080 of the machine.'],
    ]),
    journey('To a neighbour', `${first}:40000`, `${second}:80`, [
      [
        'first',
        `The other container is near: ${subnet} is all on this switch. No gateway is needed, and no published port.`,
      ],
      [
        'bridge',
        'The frame is for the other container. The bridge does what a switch does: it looks for the cable that leads there.',
      ],
      [
        'second',
        'Nothing was routed, so nothing was rewritten. The server sees its neighbour under its own address.',
      ],
      ['second', 'It answers.', { from: `${second}:80`, to: `${first}:40000` }],
      ['first', 'The answer came back the same way, as it was sent.'],
    ]),
    journey('From 127.0.0.1', '127.0.0.1:50000', '127.0.0.1:8080', [
      [
        'loopback',
        'A program on the machine calls port 8080 at 127.0.0.1. What is sent there stays on lo: the rules for NAT leave it alone.',
        { rule: rules.output },
      ],
      [
        'proxy',
        'There a proxy listens, which holds the port for as long as the container runs. This connection ends here.',
      ],
      [
        'proxy',
        'The proxy opens another one, to the container. It begins at the machine’s address on the bridge.',
        { from: `${gateway}:40001`, to: `${first}:80` },
      ],
      [
        'first',
        'The server sees the machine, and not who called: nothing was rewritten, it is another connection.',
      ],
      ['first', 'It answers the proxy.', { from: `${first}:80`, to: `${gateway}:40001` }],
      [
        'proxy',
        'The proxy takes what it reads here, and writes it into the first connection.',
        { from: '127.0.0.1:8080', to: '127.0.0.1:50000' },
      ],
      ['loopback', 'The program has its answer, and it comes from 127.0.0.1.'],
    ]),
    journey('In, without -p', `${outside}:50000`, `${machine}:8080`, [
      ['outside', 'Nothing is published. Somebody outside tries port 8080 of the machine all the same.'],
      ['nat', 'No rule translates it, so it stays on the machine; and there nobody listens at this port.'],
      [
        'outside',
        'The machine answers by itself: connection refused.',
        { from: `${machine}:8080`, to: `${outside}:50000` },
      ],
      [
        'outside',
        'A neighbour of the machine can add a route and call the container by its address. NAT forbids nothing.',
        { from: `${outside}:50001`, to: `${first}:80` },
      ],
      [
        'nat',
        'But a filter does: what is new, comes from elsewhere and was not translated is dropped. The caller waits for nothing.',
        { rule: rules.drop, dropped: true },
      ],
    ]),
  ]
}
