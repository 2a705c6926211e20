import { appendFileSync } from 'node:fs'
import type { Job } from '../../../src/core/module'
import { createJobs } from '../../../src/platform/jobs/open'
import { createTestMeter, quiet } from '../../limits/kit/parts'
import { openAt } from './databases'

/**
 * A server process that only runs jobs: `process.ts FOLDER URL LEASE`, a lease in seconds. What runs leaves a line in FOLDER/ran: kind, payload, attempt,
 * process.
 */
const [folder, url, lease] = process.argv.slice(2) as [string, string, string]

const note = (kind: string) => async (payload: unknown, run: { attempt: number }) =>
  appendFileSync(`${folder}/ran`, `${kind} ${payload} ${run.attempt} ${process.pid}\n`)

const list: Job[] = [
  { kind: 'test.note', run: note('note') },
  { kind: 'test.beat', everySeconds: 1, run: note('beat') },
  {
    kind: 'test.hang',
    // The first attempt never ends; those after it do.
    async run(payload, run) {
      await note('hang')(payload, run)
      if (run.attempt === 1) await new Promise(() => setInterval(() => {}, 1000))
    },
  },
  {
    kind: 'test.crash',
    attempts: 2,
    async run(payload, run) {
      await note('crash')(payload, run)
      process.kill(process.pid, 'SIGKILL')
    },
  },
]

const storage = await openAt(folder, url)
const jobs = createJobs({
  storage,
  log: quiet,
  meter: createTestMeter(),
  now: Date.now,
  newId: () => Bun.randomUUIDv7(),
  leaseSeconds: Number(lease),
  pollEvery: 50,
  folder,
})
jobs.start(list)
console.log('ready')
setInterval(() => {}, 1000)
