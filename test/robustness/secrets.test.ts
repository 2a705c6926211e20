import { expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { createDatabase } from '../kit/postgres'
import { startServer, type TestServer } from '../kit/server'

const seed = 'legal winner thank year wave sausage worth useful legal winner thank yellow'
const planted = {
  email: 'Planted.Person@example.org',
  subscription: 'fm_sub_plantedsubscription0001',
  coinbaseKey:
    'organizations/11111111-2222-4333-8444-555555555555/apiKeys/66666666-7777-4888-8999-000000000000',
  coinbaseSecret: 'MHcCAQEEIPlantedPlantedPlantedPlantedPlantedPlantedPlantedPl',
  hex: 'c0ffee00c0ffee11c0ffee22c0ffee33c0ffee44c0ffee55c0ffee66c0ffee77',
  bearer: 'plantedbearertokenthatisnotakey',
  entry: 'plantedentrywordthatonlythestoremayknow',
}

test.each(['sqlite', 'postgres'] as const)(
  'planted secrets reach no log, metric or table, on %s',
  async (dialect) => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-secrets-'))
    const database = dialect === 'postgres' ? await createDatabase() : undefined
    const env = { LOG_LEVEL: 'DEBUG', ...(database ? { DATABASE_URL: database.url } : {}) }
    const server = await startServer({ folder, env })
    await plant(server)
    const exposition = await (await fetch(server.prometheus)).text()
    const answers = await plant(server)
    await server.stop()
    const stored = database ? await everyCell(database.superuserUrl) : everyFile(folder)
    const secret = { ...planted, seed, key: server.key }
    for (const [name, value] of Object.entries(secret)) {
      const text = name === 'email' ? value.toLowerCase() : value
      expect({ name, log: server.stderr().toLowerCase().includes(text.toLowerCase()) }).toEqual({
        name,
        log: false,
      })
      expect({ name, exposition: exposition.includes(text) }).toEqual({ name, exposition: false })
      expect({ name, answers: answers.includes(text) }).toEqual({ name, answers: false })
      if (name !== 'entry')
        expect({ name, stored: stored.toLowerCase().includes(text.toLowerCase()) }).toEqual({
          name,
          stored: false,
        })
    }
    expect(stored).toContain(planted.entry)
    expect(server.stderr()).toContain('request_id')
    rmSync(folder, { recursive: true, force: true })
  },
)

/** Sends every planted value by every door; gives back all the answers' texts but those that show the entry. */
async function plant(server: TestServer): Promise<string> {
  await server.cli(
    'subscriptions',
    'create',
    '--email',
    planted.email,
    '--tier',
    'premium',
    '--key',
    planted.subscription,
  )
  const bearer = { authorization: `Bearer ${server.key}` }
  const subscriber = { 'x-user-email': planted.email, 'x-subscription-key': planted.subscription }
  const coinbase = {
    'x-coinbase-api-key': planted.coinbaseKey,
    'x-coinbase-api-secret': planted.coinbaseSecret,
  }
  const texts = [
    await post(server, subscriber, { entry: `my seed is ${seed}` }),
    await post(server, subscriber, { entry: `key ${planted.coinbaseKey}` }),
    await post(server, bearer, { entry: 'x', metadata: { wallet: planted.hex } }),
    await post(server, bearer, { entry: 5, surprise: planted.hex }),
    await post(server, { authorization: `Bearer ${planted.bearer}` }, { entry: 'x' }),
    await post(server, { ...subscriber, 'x-subscription-key': `${planted.subscription}x` }, { entry: 'x' }),
    await post(server, { ...subscriber, 'x-user-email': `${planted.email}@broken` }, { entry: 'x' }),
    await get(server, '/api/v1/journal/portfolio', { ...bearer, ...coinbase }),
    await get(server, '/api/v1/me', { ...subscriber, ...coinbase }),
  ]
  await post(server, subscriber, { entry: `A day with ${planted.entry}` })
  return texts.join('\n')
}

const post = async (server: TestServer, headers: Record<string, string>, body: unknown) =>
  (
    await fetch(`${server.url}/api/v1/journal/entries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  ).text()

const get = async (server: TestServer, path: string, headers: Record<string, string>) =>
  (await fetch(server.url + path, { headers })).text()

function everyFile(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  return files.map((file) => readFileSync(join(file.parentPath, file.name), 'latin1')).join('\n')
}

async function everyCell(url: string): Promise<string> {
  const sql = postgres(url, { max: 1 })
  const tables = await sql<
    { name: string }[]
  >`select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'holdfast'`
  const rows = await Promise.all(tables.map(({ name }) => sql.unsafe(`select t::text as row from ${name} t`)))
  await sql.end()
  return rows
    .flat()
    .map(({ row }) => row)
    .join('\n')
}
