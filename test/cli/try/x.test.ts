import { test } from 'vitest'
import { Window } from '../../support/tmux.ts'
const sleep = (ms: number) => new Promise(r => setTimeout(r, ms))
test('x', async () => {
  const w = await Window.open({columns: 80, rows: 24})
  w.type('clear; node dist/cooper.js')
  await w.sees('Enter')
  w.press('Enter')
  await w.sees('You saw')
  await sleep(300)
  w.type('exit')
  await w.sees('Which lesson?')
  console.log(w.screen())
  w.press('Enter')
  await sleep(800)
  for (let i = 0; i < 6; i++) { console.log('------\n' + w.screen()); w.press('Enter'); await sleep(700) }
  w.press('b'); await sleep(400); console.log('BACK------\n' + w.screen());
  w.press('b'); await sleep(400); console.log('BACK------\n' + w.screen());
  for (let i = 0; i < 3; i++) { w.press('Enter'); await sleep(700); console.log('------\n' + w.screen()); }
  w.press('t'); await sleep(400); w.type('hello'); await sleep(300); w.press('C-]'); await sleep(300); console.log('T------\n' + w.screen());
  w.press('C-c'); await sleep(500)
  console.log('C-C------\n' + w.screen()); 
  console.log(await w.status())
  w.type('clear; node dist/cooper.js')
  await sleep(1000)
  console.log(w.screen());
  w.press('Enter')
  await sleep(2000)
  console.log(w.screen());
})
