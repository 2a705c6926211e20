import { createTasks } from '../../../src/platform/tasks/open'
import { openAt } from '../../jobs/kit/databases'
import { quiet } from '../../limits/kit/parts'

/** A server process that begins a task which never ends: `process.ts FOLDER URL`; prints the task's id. */
const [folder, url] = process.argv.slice(2) as [string, string]
const storage = await openAt(folder, url)
const tasks = createTasks({ storage, log: quiet, now: Date.now, ttlMs: 60_000, leaseMs: 500 })
tasks.serve(() => new Promise(() => {}))
const row = await tasks.start({
  owner: 'ann',
  tool: 'endless',
  input: { given: 'before' },
  caller: { tier: 'free' },
})
console.log(row!.id)
setInterval(() => {}, 1000)
