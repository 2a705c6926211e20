import { expect, test } from 'bun:test'
import { defineModule } from '../../src/core/module'
import { startApp } from '../kit/app'

test.each([true, false])('what a module does of itself is begun where jobs run: %p', async (jobs) => {
  let begun = 0
  const busy = defineModule({
    name: 'busy',
    title: 'Busy',
    description: 'Does something of itself.',
    settings: {},
    start: () => ({ operations: [], begin: () => void begun++ }),
  })
  const app = await startApp({ modules: [busy], jobs })
  expect(begun).toBe(jobs ? 1 : 0)
  await app.close()
})
