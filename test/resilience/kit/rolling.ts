import { emptyFolder } from '../../kit/folder'
import { createDatabase } from '../../kit/postgres'
import { freePort } from '../../kit/postgres-server'
import { startServer, type TestServer } from '../../kit/server'
import { prepareNginx, startHaproxy } from './fronts'
import { type Counts, startTraffic } from './traffic'
import { makeVersion, type Version } from './versions'

/** How a rehearsal went. */
export interface Rehearsal extends Counts {
  /** Of the acknowledged records, those that are there afterwards; the others that are there were never acknowledged. */
  stored: number
  /** All records that are there. */
  found: number
  /** What was done, in order, each with the requests answered until it was done. */
  steps: { step: string; requests: number }[]
}

const added = {
  name: 'expand',
  up: 'alter table holdfast.storage_records add column rehearsal text',
  down: 'select 1',
}
const removed = {
  name: 'contract',
  up: 'alter table holdfast.storage_records drop column rehearsal',
  down: 'select 1',
}

/**
 * Three versions on one Postgres, one after the other behind nginx under load: the second brings a step that adds (expand), the third one that
 * removes (contract). Each is migrated to by its own binary while the one before serves. At least `requests` are answered at every stage.
 */
export async function rehearseRolling(requests: number): Promise<Rehearsal> {
  const database = await createDatabase()
  const nginx = await prepareNginx()
  const versions = [makeVersion('0.1.1', [added]), makeVersion('0.1.2', [added, removed])]
  const start = (version?: Version, key?: string): Promise<TestServer> =>
    startServer({
      folder: emptyFolder(),
      env: { DATABASE_URL: database.url, SHUTDOWN_DELAY_SECONDS: '1', MCP_SESSION_LIMIT: '0' },
      ...(version && { command: version.command }),
      ...(key && { key }),
    })
  let serving = await start()
  await nginx.lead(serving.url)
  const traffic = startTraffic(nginx.url, serving.key)
  const notes = createNotes(traffic.counts)
  try {
    await traffic.more(requests)
    for (const version of versions) {
      const old = serving
      // startServer migrates with the version's own binary before it starts the server.
      serving = await start(version, old.key)
      notes.add(`${version.version} has migrated to ${version.schema} and is ready`)
      await expectReady(old)
      await nginx.lead(serving.url)
      notes.add('nginx leads to it')
      if ((await old.stop()) !== 0) throw new Error('the old process did not end with 0')
      notes.add('the one before has ended after SIGTERM')
      await traffic.more(requests)
    }
    const counts = await traffic.stop()
    const sql = new Bun.SQL(database.superuserUrl)
    const rows = (await sql`select id from holdfast.storage_records`) as { id: string }[]
    await sql.close()
    return { ...counts, ...compare(counts.ids, rows), steps: notes.all }
  } finally {
    await traffic.stop()
    await serving.stop()
    await nginx.stop()
    await database.drop()
  }
}

/** While a newer binary has added to the schema, the older one must stay in the proxy's list. */
async function expectReady({ prometheus }: TestServer): Promise<void> {
  const { status } = await fetch(prometheus.replace(/\/metrics$/, '/readyz'))
  if (status !== 200) throw new Error(`the old process says ${status} on /readyz`)
}

/** One machine on SQLite behind HAProxy under load; the server ends after SIGTERM and is started again, `times` over. */
export async function rehearseRestart(times: number, requests: number): Promise<Rehearsal> {
  const folder = emptyFolder()
  const port = await freePort()
  const start = (key?: string) => startServer({ folder, args: ['--port', String(port)], ...(key && { key }) })
  let serving = await start()
  const front = await startHaproxy(port)
  const traffic = startTraffic(front.url, serving.key)
  const notes = createNotes(traffic.counts)
  try {
    await traffic.more(requests)
    for (let turn = 1; turn <= times; turn++) {
      if ((await serving.stop()) !== 0) throw new Error('the server did not end with 0')
      notes.add(`restart ${turn}: ended after SIGTERM`)
      serving = await start(serving.key)
      notes.add(`restart ${turn}: serves again`)
      await traffic.more(requests)
    }
    const counts = await traffic.stop()
    await serving.stop()
    const { Database } = await import('bun:sqlite')
    const db = new Database(`${folder}/holdfast.db`, { readonly: true })
    const rows = db.query('select id from storage_records').all() as { id: string }[]
    db.close()
    return { ...counts, ...compare(counts.ids, rows), steps: notes.all }
  } finally {
    await traffic.stop()
    await front.stop()
    serving.kill()
  }
}

function createNotes(counts: Counts) {
  const all: Rehearsal['steps'] = []
  return { all, add: (step: string) => void all.push({ step, requests: counts.requests }) }
}

function compare(ids: string[], rows: { id: string }[]): Pick<Rehearsal, 'stored' | 'found'> {
  const there = new Set(rows.map(({ id }) => id))
  return { stored: ids.filter((id) => there.has(id)).length, found: rows.length }
}
