import { afterAll, expect, test } from 'bun:test'
import { join } from 'node:path'
import { localFiles } from '../../../src/local-databases'
import { createCleanup } from '../../../src/modules/metrics/retention/cleanup'
import { scheduleCleanup } from '../../../src/modules/metrics/retention/schedule'
import { emptyFolder } from '../../kit/folder'
import { eventually } from '../../kit/prometheus'
import { request, startMetrics } from '../rig'

const day = 86_400_000
const start = Date.parse('2026-01-01T00:00:00Z')
let at = start
const folder = emptyFolder()

const rig = await startMetrics({ folder, now: () => at })
await rig.post(request({ type: 'custom', value: 1 }))
await rig.close()
const path = join(folder, 'metrics.db')
const db = localFiles(folder).openLocal('metrics', path, { log: `${path}-log` })
afterAll(() => db.close())

test('a round comes soon after a start when the last one is a day ago, however often the server starts', async () => {
  const cleanup = createCleanup({ db, now: () => at, rawDays: 90 })
  const rounds: unknown[] = []
  let looks = 0
  const begin = () =>
    scheduleCleanup(
      {
        cleanup,
        db: { read: (name, input) => db.read(name, input).finally(() => looks++) as never },
        now: () => at,
        log: { info: (_, fields) => rounds.push(fields!.deleted), warn: (message) => rounds.push(message) },
      },
      { first: 1, every: 1 },
    )
  /** Rounds of a process that looks at the clock three times. */
  const roundsOf = async (now: number) => {
    at = now
    rounds.length = 0
    const before = looks
    const stop = begin()
    await eventually(async () => (looks >= before + 3 ? true : undefined))
    stop()
    return [...rounds]
  }
  // The metric, and what the log of use says of its request.
  expect(await roundsOf(start + 91 * day)).toEqual([2])
  expect(await roundsOf(start + 91 * day + day / 2)).toEqual([])
  expect(await roundsOf(start + 92 * day)).toEqual([0])
  expect(await roundsOf(start + 91 * day)).toEqual([0])
}, 30_000)
