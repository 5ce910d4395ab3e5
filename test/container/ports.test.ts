import { describe, expect, test } from 'vitest'
import { type Published, portWish } from '../../src/container/net/ports.ts'
import { KernelError } from '../../src/kernel/index.ts'

const tcp = { protocol: 'tcp' } as const
const udp = { protocol: 'udp' } as const
const here = { ...tcp, address: '127.0.0.1' }

const forms: [text: string, ...read: Published[]][] = [
  ['80', { ...tcp, containerPort: 80 }],
  ['80/tcp', { ...tcp, containerPort: 80 }],
  ['53/udp', { ...udp, containerPort: 53 }],
  ['53/UDP', { ...udp, containerPort: 53 }],
  ['8080:80', { ...tcp, hostPort: 8080, containerPort: 80 }],
  ['1:65535', { ...tcp, hostPort: 1, containerPort: 65535 }],
  [':80', { ...tcp, containerPort: 80 }],
  ['127.0.0.1:8080:80', { ...here, hostPort: 8080, containerPort: 80 }],
  ['127.0.0.1::80', { ...here, containerPort: 80 }],
  ['127.0.0.1::53/udp', { ...udp, address: '127.0.0.1', containerPort: 53 }],
  ['0.0.0.0:8080:80', { ...tcp, address: '0.0.0.0', hostPort: 8080, containerPort: 80 }],
  ['::80', { ...tcp, containerPort: 80 }],
  ['[::1]:80:80', { ...tcp, address: '::1', hostPort: 80, containerPort: 80 }],
  ['[2001:DB8::1]::80/udp', { ...udp, address: '2001:db8::1', containerPort: 80 }],
  [
    '8000-8002:80-82',
    { ...tcp, hostPort: 8000, containerPort: 80 },
    { ...tcp, hostPort: 8001, containerPort: 81 },
    { ...tcp, hostPort: 8002, containerPort: 82 },
  ],
  [
    '127.0.0.1:7-8:9-10/udp',
    { ...udp, address: '127.0.0.1', hostPort: 7, containerPort: 9 },
    { ...udp, address: '127.0.0.1', hostPort: 8, containerPort: 10 },
  ],
  ['80-81', { ...tcp, containerPort: 80 }, { ...tcp, containerPort: 81 }],
  ['127.0.0.1::80-81', { ...here, containerPort: 80 }, { ...here, containerPort: 81 }],
  ['8000-8010:80', { ...tcp, hostPorts: [8000, 8010], containerPort: 80 }],
  ['[::1]:8000-8010:80', { ...tcp, address: '::1', hostPorts: [8000, 8010], containerPort: 80 }],
  ['8000-8000:80', { ...tcp, hostPort: 8000, containerPort: 80 }],
]

test.each(forms)('-p %s', (text, ...read) => {
  expect(portWish(text)).toEqual(read)
})

const wrong: [text: string, because: string][] = [
  ['', 'it is ADDRESS:PORT:PORT'],
  [':', 'it is ADDRESS:PORT:PORT'],
  ['8080:', 'it is ADDRESS:PORT:PORT'],
  ['1:2:3:4', 'it is ADDRESS:PORT:PORT'],
  ['[::1:80:80', 'it is ADDRESS:PORT:PORT'],
  ['99999:80', '"99999" is no port: they go from 1 to 65535'],
  ['80:65536', '"65536" is no port'],
  ['0:80', '"0" is no port'],
  ['80:0', '"0" is no port'],
  ['a:b', '"b" is no port'],
  ['a:80', '"a" is no port'],
  ['-1:80', '"-1" is no port'],
  ['80-', '"80-" is no port'],
  [' 80', '" 80" is no port'],
  ['8e1', '"8e1" is no port'],
  ['1-2-3:80', '"1-2-3" is no port'],
  ['80-82:80-81', '80-82 on the machine and 80-81 in the container are not equally many: 3 and 2'],
  ['80:80-81', 'not equally many: 1 and 2'],
  ['82-80:82-80', '82-80 goes backwards'],
  ['80/sctp', 'after the port comes /tcp or /udp'],
  ['80/', 'after the port comes /tcp or /udp'],
  ['80/tcp/udp', 'after the port comes /tcp or /udp'],
  ['localhost:8080:80', '"localhost" is no address in digits'],
  ['256.0.0.1:8080:80', '"256.0.0.1" is no address in digits'],
  ['127.1:8080:80', '"127.1" is no address in digits'],
  ['[127.0.0.1]:8080:80', '"127.0.0.1" is no address in digits'],
  ['[]:8080:80', '"" is no address in digits'],
  ['[fe80::1%lo]:8080:80', '"fe80::1%lo" is no address in digits'],
  ['::1:8080:80', 'an IPv6 address needs brackets'],
  ['2001:db8::1::80', 'an IPv6 address needs brackets'],
]

describe('refused, with the part that is wrong and a way that works', () => {
  test.each(wrong)('-p %s', (text, because) => {
    const error = (() => {
      try {
        return portWish(text)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(error).toBeInstanceOf(KernelError)
    const { refusal } = error as KernelError
    expect(refusal).toMatchObject({ piece: 'net', call: `-p ${text}`, errno: 0, learn: 'cooper learn net' })
    expect(refusal.because).toContain(because)
    // What is suggested is right itself.
    expect(refusal.remedy).toMatch(/^-p /)
    expect(portWish(refusal.remedy!.slice(3)).length).toBeGreaterThan(0)
  })
})
