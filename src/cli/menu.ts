import { Workbench } from '../workbench/index.ts'
import { firstStart } from './first-start.ts'
import { interruptible } from './interrupt.ts'
import { learn } from './learn.ts'
import { listed, listText } from './list.ts'
import { noteProgress, readProgress } from './progress.ts'

/** What `cooper` alone does: the first start, then the menu. Without a terminal it says what there is, and ends. */
export async function menu(): Promise<number> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return introduce()
  if (!readProgress().started) {
    const seen = await interruptible(await Workbench.enter(), firstStart)
    if (!seen) return 0
    noteProgress((progress) => {
      progress.started = new Date().toISOString()
    })
  }
  const { isCancel, select } = await import('@clack/prompts')
  for (;;) {
    const all = listed()
    const next = all.find(({ status }) => status !== 'done')
    const choice = await select({
      message: 'Which lesson?',
      initialValue: next?.id,
      options: [
        ...all.map(({ id, number, title, status, proved, claims, minutes }) => ({
          value: id,
          label: `${number} ${title}`,
          hint: status === 'new' ? `${minutes} min` : `${status}, ${proved} of ${claims} claims proved`,
        })),
        { value: 'doctor', label: 'Doctor', hint: 'what this machine has, and what it lacks' },
        { value: 'quit', label: 'Quit' },
      ],
    })
    if (isCancel(choice) || choice === 'quit') return 0
    if (choice === 'doctor') await (await import('./doctor.ts')).doctor()
    else await learn(choice, {})
  }
}

function introduce(): number {
  console.log('Cooperage is a workshop where you build a working Linux container by hand,')
  console.log('one kernel feature at a time, on your own kernel, without harm to your machine.')
  console.log('\nLessons:')
  for (const line of listText(listed())) console.log(`  ${line}`)
  console.log('\nTo take one, in a terminal:    npm start --silent -- learn pid')
  console.log('To see that it all holds here: npm start --silent -- check --all')
  console.log('For everything else:           npm start --silent -- --help')
  return 0
}
