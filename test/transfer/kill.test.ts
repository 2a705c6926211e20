import { beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { cli, json } from '../cli/rig'
import { startApp } from '../kit/app'
import { emptyFolder } from '../kit/folder'
import { killed } from '../kit/killed'
import { dump, emptyPlace, fillMetrics, metricsIn, type Place } from './installation'

let source: Place
let file: string
let archive: { tables: Record<string, number> }

beforeAll(async () => {
  source = await emptyPlace('sqlite')
  const app = await startApp({ env: source, folder: source.DATA_DIR })
  await fillMetrics(app)
  for (const entry of ['bought', 'sold', 'waited'])
    await app.tool('store_journal_entry', { entry, tags: ['x'] })
  await app.tool('set_preference', { key: 'a', value: 1 })
  await app.close()
  file = join(emptyFolder(), 'all.tar')
  archive = await json(`export ${file}`, { env: source })
}, 30_000)

test('an export that is killed leaves no archive, and the next one is whole', async () => {
  const to = join(emptyFolder(), 'later.tar')
  for (const at of ['journal_entries', 'metrics.db']) {
    await killed(at, ['export', to], source)
    expect(existsSync(to)).toBe(false)
  }
  expect((await json<typeof archive>(`export ${to}`, { env: source })).tables).toEqual(archive.tables)
  expect(readdirSync(dirname(to))).toEqual(['later.tar'])
}, 30_000)

describe.each(['sqlite', 'postgres'] as const)('an import that is killed on %s', (dialect) => {
  test('serves nothing until it is run again, which goes on where it was', async () => {
    const target = await emptyPlace(dialect)
    await killed('journal_entries', ['import', file], target)
    // Goes on, and is killed once more with local files, then while rows are compared.
    await killed('metrics.db.gz', ['import', file], target)
    await killed('compare journal_labels', ['import', file], target)
    expect(await refusedBy(target)).toContain('was interrupted: run')
    expect((await cli(`export ${join(emptyFolder(), 'half.tar')}`, { env: target })).stderr).toContain(
      'was interrupted: run',
    )
    const other = join(emptyFolder(), 'other.tar')
    await json(`export ${other}`, { env: source })
    expect((await cli(`import ${other}`, { env: target })).stderr).toContain(
      'an import of another archive than',
    )
    const again = await cli(`import ${file} --json`, { env: target })
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('goes on after') })
    expect(JSON.parse(again.stdout)).toMatchObject({ resumed: true })
    expect(await dump(target)).toEqual(await dump(source))
    expect(metricsIn(target)).toEqual(metricsIn(source)!)
    expect(readdirSync(target.DATA_DIR!).filter((name) => /^\.|replaced/.test(name))).toEqual([])
    expect((await json('audit verify', { env: target })).faults).toEqual([])
  }, 60_000)
})

async function refusedBy(place: Place): Promise<string> {
  const { code, stderr } = await cli('keys list', { env: place })
  return code === 0 ? '' : stderr
}

test('an import that is killed while it reads the archive has made nothing; doctor tells of one that was killed later', async () => {
  const target = await emptyPlace('sqlite')
  await killed('check', ['import', file], target)
  expect(existsSync(target.DATA_DIR!)).toBe(false)
  await killed('api_keys', ['import', file], target)
  const doctor = await cli('doctor', { env: { ...target, PORT: '0', OTEL_PROMETHEUS_PORT: '0' } })
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining('an import was interrupted')])
}, 60_000)
