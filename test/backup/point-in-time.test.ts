import { Database } from 'bun:sqlite'
import { expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli } from '../cli/rig'
import { emptyFolder } from '../kit/folder'

/**
 * Neither Debian nor npm has Litestream, so a program of its name and with its arguments stands in for it: it gives out `GIVES`, and writes down
 * how it was called.
 */
const standIn = `#!/bin/sh
echo "$@" > "$CALLED"
if [ ! -e "$GIVES" ]; then echo 'noise' >&2; echo 'no matching backups found' >&2; exit 1; fi
while [ "$1" != -o ]; do shift; done
cp "$GIVES" "$2"
`

async function installation() {
  const [folder, tools] = [emptyFolder(), emptyFolder()]
  writeFileSync(join(tools, 'litestream'), standIn)
  chmodSync(join(tools, 'litestream'), 0o755)
  const env = {
    DATA_DIR: join(folder, 'data'),
    PATH: `${tools}:${process.env.PATH}`,
    GIVES: join(folder, 'then.db'),
    CALLED: join(folder, 'called'),
  }
  const addKey = () => cli('keys create --user-id alice --tier free', { env })
  await addKey()
  copy(join(env.DATA_DIR, 'holdfast.db'), env.GIVES)
  await addKey()
  return env
}

function copy(from: string, to: string): void {
  const db = new Database(from)
  db.run('vacuum into ?', [to])
  db.close()
}

const keysIn = ({ DATA_DIR }: { DATA_DIR: string }): number => {
  const db = new Database(join(DATA_DIR, 'holdfast.db'), { readonly: true })
  try {
    return db.query<{ n: number }, []>('select count(*) as n from api_keys').get()!.n
  } finally {
    db.close()
  }
}

const restore = (env: Record<string, string>, ...more: string[]) =>
  cli(['backup', 'restore', '--at', '2026-01-02T03:04:05Z', ...more], { env })

test('the database goes back to a moment, is checked, and what was there is kept', async () => {
  const env = await installation()
  expect(keysIn(env)).toBe(2)
  const done = await restore(env, '--yes')
  expect(done).toMatchObject({ code: 0 })
  expect(done.stdout).toContain('as it was at 2026-01-02T03:04:05.000Z')
  const database = join(env.DATA_DIR, 'holdfast.db')
  expect(readFileSync(env.CALLED, 'utf8').trim()).toBe(
    `restore -timestamp 2026-01-02T03:04:05.000Z -o ${join(env.DATA_DIR, '.restore/holdfast.db')} ${database}`,
  )
  expect(keysIn(env)).toBe(1)
  const [aside] = readdirSync(env.DATA_DIR).filter((name) => name.startsWith('replaced-'))
  expect(existsSync(join(env.DATA_DIR, aside!, 'holdfast.db'))).toBe(true)
  expect((await cli('audit verify', { env })).code).toBe(0)
})

test('what is not there, damaged, newer or broken changes nothing, in one line', async () => {
  const env = await installation()
  const change = (sql: string) => {
    const db = new Database(env.GIVES)
    const triggers = db
      .query<{ name: string }, []>("select name from sqlite_master where type = 'trigger'")
      .all()
    for (const { name } of triggers) db.run(`drop trigger ${name}`)
    db.run(sql)
    db.close()
  }
  const refused = async (why: string) => {
    const { code, stderr } = await restore(env, '--yes')
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(new RegExp(why)) })
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect(keysIn(env)).toBe(2)
    expect(readdirSync(env.DATA_DIR).filter((name) => /^\.restore|^replaced/.test(name))).toEqual([])
  }
  change("update audit_log set actor = 'mallory'")
  await refused('1 chains of the audit trail were broken')
  change("update schema_migrations set id = '9999' where id = '0001'")
  await refused('the schema was 9999, this binary knows ')
  writeFileSync(env.GIVES, readFileSync(env.GIVES).subarray(0, 9000))
  await refused('what litestream gave for .* is damaged')
  env.GIVES += '.none'
  await refused('litestream failed: no matching backups found')
  mkdirSync(join(env.DATA_DIR, '../bare'))
  env.PATH = join(env.DATA_DIR, '../bare')
  await refused('litestream is not installed')
})

test('it is used for SQLite, for a past time, with --yes, and for one thing at a time', async () => {
  const env = await installation()
  const tries = [
    [restore(env), 2, '--yes'],
    [restore(env, 'a-name', '--yes'), 2, 'NAME of a backup, or --at TIME'],
    [cli('backup restore --yes', { env }), 2, 'NAME of a backup, or --at TIME'],
    [cli('backup restore --at yesterday --yes', { env }), 2, 'must be a past time'],
    [restore({ ...env, DATABASE_URL: 'postgres://a@127.0.0.1:1/b' }, '--yes'), 1, 'unset DATABASE_URL'],
  ] as const
  for (const [run, code, why] of tries) {
    const ran = await run
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code, stderr: expect.stringContaining(why) })
  }
  expect(keysIn(env)).toBe(2)
})
