import { type IdFacts, ids, machine, type Process, readStat, userName } from '../../facts/index.ts'

/** Why the kernel keeps a process's links from us; found by looking at both, in the order in which ptrace(2) does. */
export function whyNot(found: Process, facts: IdFacts): string {
  const rule = 'it takes ptrace access (PTRACE_MODE_READ_FSCREDS, man 5 proc_pid_ns)'
  const [uid, held] = [process.geteuid!(), ids(machine, process.pid)!.capabilities.permitted]
  if (held.includes('CAP_SYS_PTRACE'))
    return `${rule}; you hold CAP_SYS_PTRACE, so a security module keeps it, or its user namespace is not below yours`
  if (facts.uid.real !== uid) {
    const name = (id: number) => userName(machine, process.pid, id) ?? `user ${id}`
    return `${rule}; the process is ${name(facts.uid.real)}'s and you are ${name(uid)}: ask root`
  }
  // What the kernel gives to root in /proc although it is ours has changed its identity: it is not "dumpable".
  if (readStat(`/proc/${found.pid}`)?.uid !== uid)
    return `${rule}; the process is not dumpable: it has changed its identity, or wants no onlookers`
  return `${rule}; the process holds capabilities that you do not`
}
