import {
  type Act,
  type Encoded,
  type Failure,
  programPaths,
  type SpawnPlan,
  verbOf,
} from '../../src/kernel/index.ts'

/** What `spawn` rejects with in tests: the failure as data, to be looked at. */
export class Refused extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(JSON.stringify(failure))
    this.failure = failure
  }
}

export type Wish = Partial<Omit<SpawnPlan, 'calls'>> & { calls?: Act[] }

export const path = '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin'

/** A plan with everything in it that a test does not care about. */
export function planOf({ calls = [], argv = ['true'], ...rest }: Wish): SpawnPlan {
  return {
    clone: [],
    argv,
    env: { PATH: path },
    paths: programPaths(argv[0]!, path),
    stdio: [0, 1, 2],
    calls: encoded(calls),
    ...rest,
  }
}

export function encoded(calls: Act[]): Encoded[] {
  return calls.map((call) => verbOf(call).encode!(call.args))
}

/** Maps 0 to the id the test runs with: what every user may do. See user_namespaces(7). */
export function mapOwnId(pid: number): void {
  const write = (file: 'setgroups' | 'uid_map' | 'gid_map', text: string) =>
    verbOf({ do: 'writeOfChild', args: { file, text } }).run!({ file, text }, { child: pid })
  write('setgroups', 'deny')
  write('gid_map', `0 ${process.getegid!()} 1`)
  write('uid_map', `0 ${process.geteuid!()} 1`)
}
