import { test } from 'vitest'
import { cooper } from '../../support/cooper.ts'
import { project } from '../../support/project.ts'
test('x', async () => {
  const root = project(['00-demo'])
  console.log(await cooper(['list'], { root }))
  console.log((await cooper(['check', 'demo'], { root })).stdout)
  console.log((await cooper(['learn', 'demo'], { root })).stdout)
})
