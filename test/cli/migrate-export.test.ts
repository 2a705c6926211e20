import { expect, test } from 'bun:test'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import postgres from 'postgres'
import { migrations } from '../../migrations'
import { startApp } from '../kit/app'
import { createDatabase } from '../kit/postgres'
import { cli, emptyFolder } from './rig'

const usual = 'deploy/supabase/migrations'

test('the files that are written are found equal, and each difference is named', async () => {
  const cwd = emptyFolder()
  expect((await cli('migrate export', { cwd })).code).toBe(0)
  const folder = join(cwd, usual)
  const names = readdirSync(folder).sort()
  expect(names).toHaveLength(migrations.length + 1)
  for (const name of names) expect(name).toMatch(/^\d{14}_[a-z_]+\.sql$/)
  expect((await cli('migrate export --check', { cwd })).code).toBe(0)
  expect((await cli('validate-migrations', { cwd })).code).toBe(0)
  rmSync(join(folder, names[2]!))
  writeFileSync(join(folder, names[1]!), `${readFileSync(join(folder, names[1]!), 'utf8')}-- more\n`)
  writeFileSync(join(folder, '20270101000000_own.sql'), 'select 1')
  const { code, stdout } = await cli('validate-migrations', { cwd })
  expect(code).toBe(1)
  expect(stdout).toContain(`${names[2]}: is missing`)
  expect(stdout).toMatch(new RegExp(`${names[1]}: differs from line \\d+ on`))
  expect(stdout).toContain('20270101000000_own.sql: is no step of this binary')
  expect((await cli('validate-migrations nowhere', { cwd })).code).toBe(1)
})

test('a database to which the files were applied is one that the server takes', async () => {
  const cwd = emptyFolder()
  await cli('migrate export', { cwd })
  const { url } = await createDatabase({ migrated: false })
  const sql = postgres(url, { max: 1, onnotice: () => {} })
  for (const name of readdirSync(join(cwd, usual)).sort()) {
    const text = readFileSync(join(cwd, usual, name), 'utf8')
    await sql.begin((tx) => tx.unsafe(text))
  }
  await sql.end()
  const app = await startApp({ env: { DATABASE_URL: url }, migrate: false })
  expect((await app.migrator.status()).pending).toEqual([])
  await app.close()
})
