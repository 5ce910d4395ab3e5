// A Node process that holds an open workbench in which things run, to be killed: see test/workbench/death.test.ts.
import { descendants, machine, processes } from '../../src/facts/index.ts'
import { Workbench } from '../../src/workbench/index.ts'

async function hold(): Promise<void> {
  const workbench = await Workbench.enter()
  const [host, box] = await Promise.all([workbench.terminal('host'), workbench.terminal('box')])
  for (const line of [
    'setsid sleep 1000 </dev/null >/dev/null 2>&1 &',
    'nohup sleep 1000 >/dev/null 2>&1 &',
    '(setsid setsid sh -c "trap \'\' TERM HUP INT; while :; do sleep 1; done" &)',
    'unshare --user --map-root-user --pid --mount --fork sleep 1000 &',
    'unshare --net --uts --ipc sleep 1000 & disown -a',
    'mount -t tmpfs none /mnt; mkfifo /tmp/pipe; mkdir -p /run/netns; touch /run/netns/x',
    'unshare --net=/run/netns/x true; ip link add v0 type veth peer name v1',
  ])
    await host.type(line)
  await box.type('unshare --pid --fork --mount-proc bash')
  await box.type('sleep 1000 & sleep 1000 &')
  // Somebody is in the middle of something.
  box.write('cat >/dev/null\r')
  await new Promise((resolve) => setTimeout(resolve, 100))
  const all = descendants(processes(machine), process.pid).filter(({ state }) => state !== 'Z')
  process.stdout.write(`${all.map(({ pid, started }) => `pid ${pid} ${started}`).join('\n')}\nready\n`)
}

await hold()
