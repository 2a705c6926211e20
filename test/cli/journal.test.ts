import { expect, test } from 'bun:test'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cli, emptyFolder, json } from './rig'

interface Exported {
  entries: { id: string; entry: string }[]
}

/** Entries whose texts try what each format has trouble with. */
const awkward = [
  'plain',
  'two\nlines, "quoted"',
  '=SUM(A1)',
  '<!-- entry {"id":1} -->\n# not a heading',
  'a;b|c\\n',
  'emoji 🚀\r\nend',
]
const many = (n: number): { entry: string; occurred_at?: string }[] =>
  Array.from({ length: n }, (_, i) => ({
    entry: `${awkward[i % awkward.length]} no. ${i}`,
    occurred_at: new Date(Date.UTC(2026, 0, 1) + i * 60_000).toISOString(),
  }))

const exported = async (cwd: string, owner: string) =>
  JSON.parse((await cli(`journal export --owner ${owner}`, { cwd })).stdout) as Exported

for (const format of ['json', 'csv', 'markdown'] as const) {
  test(`a journal of several parts moves to another owner and back as ${format}`, async () => {
    const cwd = emptyFolder()
    const input = JSON.stringify(many(2300))
    expect(await json('journal import --owner ada', { cwd, input })).toMatchObject({
      imported: 2300,
      duplicates: 0,
      failed: 0,
    })
    const file = { json: 'j.json', csv: 'j.csv', markdown: 'j.md' }[format]
    const { code, stdout, stderr } = await cli(`journal export --owner ada --out ${file}`, { cwd })
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
    expect(stderr).toBe(`Using SQLite: ${cwd}/data/holdfast.db\nExported 2300 entries to ${file}\n`)
    expect(statSync(join(cwd, file)).mode & 0o077).toBe(0)
    expect(await json(`journal import ${file} --owner ada`, { cwd })).toMatchObject({
      imported: 0,
      duplicates: 2300,
    })
    const other = emptyFolder()
    writeFileSync(join(other, file), readFileSync(join(cwd, file)))
    expect((await cli(`journal import ${file} --owner bob`, { cwd: other })).stdout).toBe(
      '2300 imported, 0 there already, 0 failed\n',
    )
    const texts = ({ entries }: Exported) => entries.map(({ entry }) => entry)
    expect(texts(await exported(other, 'bob'))).toEqual(texts(await exported(cwd, 'ada')))
  })
}

test('an email address is its owner id, as with subscriptions', async () => {
  const cwd = emptyFolder()
  const input = '[{"entry":"mine"}]'
  const { user_id } = await json<{ user_id: string }>(
    'subscriptions create --email ada@example.com --tier free',
    { cwd },
  )
  await json('journal import --owner Ada@Example.com', { cwd, input })
  expect((await exported(cwd, user_id)).entries).toHaveLength(1)
  expect((await exported(cwd, 'somebody-else')).entries).toHaveLength(0)
})

test('one wrong entry stops all, or is reported with --partial', async () => {
  const cwd = emptyFolder()
  const input = '[{"entry":"good"},{"entry":""},{"entry":"better"}]'
  const refused = await cli('journal import --owner ada', { cwd, input })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toMatch(
    /\nholdfast: Nothing was imported: 1 of 3 entries do not fit\..*with --partial\. \/rows\/2\/entry .*\n$/,
  )
  const partial = await cli('journal import --owner ada --partial', { cwd, input })
  expect(partial.code).toBe(1)
  expect(partial.stdout).toMatch(/^2 imported, 0 there already, 1 failed\nentry 2: .+\n$/)
})

test('rows of later parts keep their numbers in the file', async () => {
  const rows = many(1200)
  rows[1100] = { entry: '' }
  const { stdout } = await cli('journal import --owner ada --partial', { input: JSON.stringify(rows) })
  expect(stdout).toMatch(/^1199 imported, 0 there already, 1 failed\nentry 1101: /)
  const { stderr } = await cli('journal import --owner ada', { input: JSON.stringify(rows) })
  expect(stderr).toContain('after the first 1000 entries')
  expect(stderr).toContain('/rows/1101/entry')
})

test('a folder is named where a file is needed', async () => {
  const cwd = emptyFolder()
  const { code, stderr } = await cli('journal import . --owner ada', { cwd })
  expect([code, stderr]).toEqual([1, `holdfast: ${cwd} is a folder, not a file\n`])
})

test('what is no journal fails in one line that holds nothing of it', async () => {
  const cwd = emptyFolder()
  const { code, stderr } = await cli('journal import --owner ada', { cwd, input: 'dear diary {' })
  expect(code).toBe(1)
  expect(stderr).toMatch(/^Using .*\nholdfast: .*must be valid JSON\n$/)
  expect(stderr).not.toContain('diary')
})

test.each([
  ['journal export --owner ada --format xml', '--format takes one of json, csv, markdown'],
  ['journal import', 'journal import needs --owner ID'],
])('%s is misuse', async (line, message) => {
  const cwd = emptyFolder()
  const { code, stderr } = await cli(line, { cwd })
  expect(stderr).toContain(message)
  expect(code).toBe(2)
  expect(existsSync(join(cwd, 'data'))).toBe(false)
})
