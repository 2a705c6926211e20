import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli, emptyFolder, json } from './rig'

interface Key {
  id: string
  key: string
  owner: string
  tier: string
  scopes: string[]
  status: string
  expires_at: string | null
  service: string | null
}

/** Everything below a folder, as one text. */
const bytesOf = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('')

test('keys are made, listed, rotated and revoked', async () => {
  const cwd = emptyFolder()
  const line =
    'keys create --tier premium --user-id alice --scopes journal:read,journal:write --expires-at 2099-01-01T00:00:00Z --name laptop'
  const made = await json<Key>(line, { cwd })
  expect(made).toMatchObject({
    owner: 'alice',
    tier: 'premium',
    scopes: ['journal:read', 'journal:write'],
    expires_at: '2099-01-01T00:00:00.000Z',
  })
  expect(made.key).toStartWith(`kota_premium_${made.id}_`)
  const next = await json<Key>(`keys rotate ${made.id} --overlap 24h`, { cwd })
  expect(next.key).not.toBe(made.key)
  const { stdout } = await cli(`keys revoke ${next.id}`, { cwd })
  expect(stdout).toBe(`Key ${next.id} of alice no longer works. Nor does what it had replaced: ${made.id}.\n`)
  const listed = await json<Key[]>('keys list', { cwd })
  expect(Object.fromEntries(listed.map(({ id, status }) => [id, status]))).toEqual({
    [made.id]: 'revoked',
    [next.id]: 'revoked',
  })
  const secrets = [made.key, next.key].map((key) => key.slice(key.lastIndexOf('_') + 1))
  for (const secret of secrets) {
    expect(JSON.stringify(listed)).not.toContain(secret)
    expect(bytesOf(cwd)).not.toContain(secret)
  }
  const audit = await json<{ entries: number; faults: unknown[] }>('audit verify', { cwd })
  expect(audit).toMatchObject({ faults: [] })
  expect(audit.entries).toBeGreaterThanOrEqual(3)
})

test('a key goes by organization, prefix and service', async () => {
  const cwd = emptyFolder()
  const env = { API_KEY_PREFIX: 'acme' }
  const organization = await json<Key>('keys create --tier team --user-id bob --org-id acme-inc', {
    cwd,
    env,
  })
  expect(organization.owner).toBe('acme-inc')
  expect(organization.key).toStartWith('acme_team_')
  const service = await json<Key>('keys create --service gateway', { cwd })
  expect(service.key).toMatch(/^mcp_metrics_[A-Za-z0-9_-]{43}$/)
  expect((await json<Key[]>('keys list --owner acme-inc', { cwd })).map(({ id }) => id)).toEqual([
    organization.id,
  ])
})

test('scripts get the key alone, people also what it is and where it went', async () => {
  const cwd = emptyFolder()
  const { stdout, stderr } = await cli('keys create --tier free --user-id carol', { cwd })
  expect(stdout).toMatch(/^kota_free_[0-9a-f-]{36}_[0-9a-f]{64}\n$/)
  expect(stderr).toStartWith(`Using SQLite: ${join(cwd, 'data/holdfast.db')}\nKey `)
  expect(stderr).toContain(' of carol, tier free. It is shown once:\n')
  const { stdout: table } = await cli('keys list', { cwd })
  expect(table).toMatch(/^ID +STATUS +TIER +OWNER/)
  expect(table).toContain('carol')
})

test.each([
  ['keys create --tier gold --user-id a', 'tier must be one of free, basic'],
  ['keys create --tier free', 'user_id'],
  ['keys create --user-id a', 'tier must be'],
  ['keys create --tier free --user-id a --expires-at soon', 'expires_at'],
  ['keys create --tier free --user-id a --scopes everything!', 'scopes must be'],
  ['keys create --tier free --user-id a --scopes journal:raed', 'did you mean journal:read?'],
])('%s is misuse', async (line, message) => {
  const { code, stderr } = await cli(line)
  expect(stderr).toContain(message)
  expect(code).toBe(2)
})

test.each(['keys revoke 00000000-0000-4000-8000-000000000000', 'keys rotate nothing'])(
  '%s fails: there is none',
  async (line) => {
    const { code, stderr } = await cli(line)
    expect(code).toBe(1)
    expect(stderr).toMatch(/not found\n$/)
  },
)

test('subscriptions are made, changed and cancelled by email, which is kept nowhere', async () => {
  const cwd = emptyFolder()
  const email = '--email Ada.Lovelace@example.com'
  const made = await json<Record<string, string>>(`subscriptions create ${email} --tier premium`, { cwd })
  expect(made).toMatchObject({ tier: 'premium', status: 'active' })
  expect(made.key).toStartWith('fm_sub_')
  expect(
    await json(`subscriptions update ${email} --tier team --expires-at 2099-12-31`, { cwd }),
  ).toMatchObject({ tier: 'team' })
  expect(await json(`subscriptions update ${email} --expires-at never`, { cwd })).toMatchObject({
    expires_at: null,
  })
  expect(await json(`subscriptions cancel ${email}`, { cwd })).toMatchObject({ status: 'cancelled' })
  const { stdout } = await cli('subscriptions list', { cwd })
  expect(stdout).toContain(made.user_id!)
  expect(bytesOf(cwd).toLowerCase()).not.toContain('lovelace')
  expect(bytesOf(cwd)).not.toContain(made.key!.slice('fm_sub_'.length))
})

test('a given subscription key is taken, twice the same email is a conflict', async () => {
  const cwd = emptyFolder()
  const line = 'subscriptions create --email a@example.com --tier free --key fm_sub_abc --status trial'
  expect(await json(line, { cwd })).toMatchObject({ key: 'fm_sub_abc', status: 'trial' })
  const again = await cli(line, { cwd })
  expect(again.code).toBe(1)
  expect(again.stderr).toContain('has a subscription already')
})

test.each([
  ['subscriptions create --email nobody --tier free', 'email must be an email address'],
  ['subscriptions create --email a@example.com --tier gold', 'tier must be one of'],
  ['subscriptions update --email a@example.com', 'needs a tier, status, expiry or key to change'],
  ['subscriptions create --email a@example.com --tier free --key secret-word', 'key must be fm_sub_'],
])('%s is misuse that repeats neither email nor key', async (line, message) => {
  const { code, stderr } = await cli(line)
  expect(stderr).toContain(message)
  expect(stderr).not.toMatch(/nobody|a@example|secret-word/)
  expect(code).toBe(2)
})

test('a tampered audit entry is found', async () => {
  const cwd = emptyFolder()
  await json('keys create --tier free --user-id dora', { cwd })
  const { Database } = await import('bun:sqlite')
  const db = new Database(join(cwd, 'data/holdfast.db'))
  const triggers = db
    .query<{ name: string }, []>(
      "select name from sqlite_master where type = 'trigger' and tbl_name = 'audit_log'",
    )
    .all()
  expect(triggers.length).toBeGreaterThan(0)
  for (const { name } of triggers) db.run(`drop trigger ${name}`)
  db.run("update audit_log set operation = 'nothing_happened'")
  db.close()
  const { code, stdout } = await cli('audit verify', { cwd })
  expect(code).toBe(1)
  expect(stdout).toContain('owner dora, entry 1: the hash differs')
})

test.each(['keys list', 'backup create', 'audit verify', 'journal export --owner a', 'code status'])(
  '%s makes no data where there is none: the folder is mistyped',
  async (line) => {
    const cwd = emptyFolder()
    const { code, stderr } = await cli(line, { cwd })
    expect(stderr).toContain('there is no data in ')
    expect(code).toBe(1)
    expect(readdirSync(cwd)).toEqual([])
  },
)

test('an ingest key may have a limit of its own, which can be changed', async () => {
  const cwd = emptyFolder()
  const { id } = await json<Key>('keys create --service gateway --rate-limit 50', { cwd })
  expect((await cli('keys list', { cwd })).stdout).toContain('  50/minute  ')
  const changed = await json<Key & { limits: unknown }>(`keys update ${id} --rate-limit 5000`, { cwd })
  expect(changed.limits).toEqual({ minute: 5000 })
  expect((await cli(`keys update ${id} --rate-limit usual`, { cwd })).stdout).toContain('  usual  ')
  const refused = async (line: string) => {
    const { code, stderr } = await cli(line, { cwd })
    return `${code} ${stderr}`
  }
  expect(await refused('keys create --service gateway --rate-limit 0')).toMatch(
    /^2 [\s\S]*rate_limit must be from 1 to 100000000/,
  )
  expect(await refused('keys create --tier enterprise --user-id ada --rate-limit 5')).toMatch(
    /^2 [\s\S]*rate_limit is for ingest keys alone/,
  )
  expect(await refused(`keys update ${id}`)).toMatch(/^2 [\s\S]*--rate-limit N/)
})

test('an ingest key alone is no way in: the first start still shows a key', async () => {
  const cwd = emptyFolder()
  await json<Key>('keys create --service gateway', { cwd })
  const { createLocalKey } = await import('../../src/platform/identity/keys')
  const { openStorage } = await import('../../src/platform/storage/open')
  const storage = await openStorage({ DATA_DIR: join(cwd, 'data') } as never)
  expect(await createLocalKey(storage.system)).not.toBeNull()
  expect(await createLocalKey(storage.system)).toBeNull()
  await storage.close()
})
