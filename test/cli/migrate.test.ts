import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { migrations } from '../../migrations'
import { cli, emptyFolder, json } from './rig'

const newest = migrations.at(-1)!.id

test('the schema goes up in parts, down and up again', async () => {
  const cwd = emptyFolder()
  const before = await cli('migrate status', { cwd })
  expect(before.code).toBe(1)
  expect(before.stdout).toStartWith(
    `schema is at 0000, this binary needs ${newest}\npending: 0001_foundation\n`,
  )
  expect(before.stderr).toBe(`Using SQLite: ${join(cwd, 'data/holdfast.db')}\n`)
  expect((await json<{ applied: string[] }>('migrate up --to 2', { cwd })).applied).toEqual([
    '0001_foundation',
    '0002_identity',
  ])
  expect((await json<{ applied: string[] }>('migrate up', { cwd })).applied).toHaveLength(
    migrations.length - 2,
  )
  expect((await cli('migrate up', { cwd })).stdout).toBe('nothing to apply\n')
  expect((await cli('migrate status', { cwd })).code).toBe(0)
  expect((await json<{ undone: string[] }>('migrate down 1', { cwd })).undone).toHaveLength(1)
  const status = JSON.parse((await cli('migrate status --json', { cwd })).stdout)
  expect(status).toMatchObject({
    needed: newest,
    newer: false,
    pending: [`${newest}_${migrations.at(-1)!.name}`],
  })
  const { stdout } = await cli('migrate list', { cwd })
  expect(stdout).toMatch(/^0001 +foundation +\d{4}-/m)
  expect(stdout).toMatch(new RegExp(`^${newest} .* pending$`, 'm'))
})

test('unknown steps and too many of them are refused', async () => {
  const cwd = emptyFolder()
  expect(await cli('migrate up --to 9999', { cwd })).toMatchObject({ code: 1, stdout: '' })
  expect((await cli('migrate down 1', { cwd })).stderr).toContain('only 0 are applied')
})

test('a database of a newer binary is refused', async () => {
  const cwd = emptyFolder()
  await cli('migrate up', { cwd })
  const { Database } = await import('bun:sqlite')
  const db = new Database(join(cwd, 'data/holdfast.db'))
  db.run(
    "insert into schema_migrations select '9999', 'future', checksum, applied_at from schema_migrations limit 1",
  )
  db.close()
  for (const line of ['serve --port 0 --otel-prometheus-port 0', 'keys list', 'migrate up']) {
    const { code, stderr } = await cli(line, { cwd })
    expect(stderr).toContain(`schema is at 9999, this binary knows ${newest}`)
    expect(code).toBe(1)
  }
  expect((await cli('doctor', { cwd })).code).toBe(1)
})
