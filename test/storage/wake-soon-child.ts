import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import { wakeSoon } from '../../src/platform/storage/work/wake-soon'

// Prints the slices of this thread before and after, of a thread that it starts then, and of a process.
const sliceOf = (table: string) => /^se\.slice\s*:\s*(\d+)/m.exec(table)?.[1]
const here = '/proc/thread-self/sched'
const before = sliceOf(readFileSync(here, 'utf8'))
wakeSoon()
const after = sliceOf(readFileSync(here, 'utf8'))
const script = `require('node:worker_threads').parentPort.postMessage(require('node:fs').readFileSync('${here}', 'utf8'))`
new Worker(script, { eval: true }).once('message', (table: string) => {
  const { stdout } = Bun.spawnSync(['cat', here])
  console.log(JSON.stringify([before, after, sliceOf(table), sliceOf(stdout.toString())]))
})
