import { afterAll, expect, test } from 'bun:test'
import { eq } from 'drizzle-orm'
import { codeBlobs, codeChunks } from '../../../src/modules/code/tables'
import { eachDatabase } from '../../kit/databases'
import { eventually, fixtureEnv, fixtureServer, git, index, indexed, workRepository } from '../kit'
import { countOf, rowsOf, shown, textOf } from '../rows'

const server = fixtureServer()
afterAll(() => server.stop())

eachDatabase(
  'indexing',
  (app) => {
    test('a repository is fetched, stored and shown at its commit', async () => {
      const work = workRepository()
      const commit = work.commit({ 'src/a.ts': 'export const a = 1\n', 'README.md': '# Hello\n' })
      server.publish('ann/first', work)
      const job = await index(app(), 'ann/first')
      expect(job).toMatchObject({
        status: 'completed',
        repository: 'ann/first',
        error_message: null,
        commit,
        percent: 100,
      })
      expect(job.stats).toMatchObject({ files_indexed: 2, files_skipped: 0, files_changed: 2, bytes: 27 })
      const files = await shown(app(), job.repository_id)
      expect([...files].map(([path, { language }]) => [path, language])).toEqual([
        ['README.md', 'markdown'],
        ['src/a.ts', 'typescript'],
      ])
      expect(await textOf(app(), job.repository_id, 'src/a.ts')).toBe('export const a = 1\n')
    })

    test('a second index takes only what changed, and removes what nothing shows any more', async () => {
      const work = await indexed(app(), server, 'ann/steps', {
        'a.ts': 'one\n',
        'b.ts': 'two\n',
        'c.ts': 'three\n',
        'same.ts': 'two\n',
      })
      const before = await rowsOf(app(), 'code_blobs', `repository_id = '${work.id}' order by blob`)
      expect(before).toHaveLength(3)
      work.commit({ 'a.ts': 'changed\n', 'c.ts': null })
      work.push()
      const job = await index(app(), 'ann/steps')
      expect(job.stats).toMatchObject({
        files_indexed: 3,
        files_changed: 1,
        files_removed: 1,
        contents_parsed: 1,
      })
      expect([...(await shown(app(), work.id)).keys()]).toEqual(['a.ts', 'b.ts', 'same.ts'])
      expect(await textOf(app(), work.id, 'a.ts')).toBe('changed\n')
      // Readers that began earlier still find what they saw; the next index removes it.
      expect(await countOf(app(), 'code_blobs', `repository_id = '${work.id}'`)).toBe(4)
      await index(app(), 'ann/steps')
      await eventually(async () => {
        expect(await countOf(app(), 'code_blobs', `repository_id = '${work.id}'`)).toBe(2)
        expect(await countOf(app(), 'indexed_files', `repository_id = '${work.id}'`)).toBe(3)
      })
    })

    test('nothing new is nothing to do', async () => {
      const work = await indexed(app(), server, 'ann/quiet', { 'a.ts': 'one\n' })
      const blobs = await rowsOf(app(), 'code_blobs', `repository_id = '${work.id}'`)
      const job = await index(app(), 'ann/quiet')
      expect(job.stats).toMatchObject({ files_changed: 0, contents_parsed: 0, files_indexed: 1 })
      expect(await rowsOf(app(), 'code_blobs', `repository_id = '${work.id}'`)).toEqual(blobs)
    })

    test('a text that an earlier attempt has only begun is stored anew', async () => {
      const work = await indexed(app(), server, 'ann/begun', { 'a.ts': 'one\n' })
      const [known] = await rowsOf(app(), 'code_blobs', `repository_id = '${work.id}'`)
      work.commit({ 'b.ts': 'two\n' })
      work.push()
      const begun = { ...known, blob: Number(known!.blob) + 1000, facts: null, facts_version: -1 }
      const hash = git(work.folder, 'rev-parse', 'HEAD:b.ts')
      const at = new Date()
      await app().storage.system.write(async (tx) => {
        const t = codeBlobs.on(tx.dialect)
        await tx.insert(t).values({ ...begun, hash, indexed_at: at } as unknown as typeof t.$inferInsert)
      })
      const job = await index(app(), 'ann/begun')
      expect(job.stats).toMatchObject({ files_changed: 1, contents_parsed: 1 })
      expect(await textOf(app(), work.id, 'b.ts')).toBe('two\n')
      expect(await countOf(app(), 'code_blobs', `repository_id = '${work.id}' and facts_version < 0`)).toBe(0)
    })

    test('what an older parser has read is parsed again from the stored text, for ranking too', async () => {
      const work = await indexed(app(), server, 'ann/older', {
        'a.ts': 'const b = 2\nexport class Acorn {}\n',
      })
      const [known] = await rowsOf(app(), 'code_blobs', `repository_id = '${work.id}'`)
      await app().storage.system.write(async (tx) => {
        const [blobs, chunks] = [codeBlobs.on(tx.dialect), codeChunks.on(tx.dialect)]
        await tx
          .update(blobs)
          .set({ facts_version: 0 })
          .where(eq(blobs.blob, Number(known!.blob)))
        await tx
          .update(chunks)
          .set({ definitions: null })
          .where(eq(chunks.chunk, Number(known!.blob) * 1024))
      })
      const before = await app().tool('search_code', { term: 'Acorn', repository: 'ann/older' })
      expect(JSON.stringify(before.structuredContent)).not.toContain('"kind":"definition"')
      work.commit({ 'b.ts': 'two\n' })
      work.push()
      expect((await index(app(), 'ann/older')).stats).toMatchObject({ contents_parsed: 2 })
      const after = await app().tool('search_code', { term: 'Acorn', repository: 'ann/older' })
      expect(JSON.stringify(after.structuredContent)).toContain('"kind":"definition"')
    })

    test('a rename keeps text and history', async () => {
      const work = await indexed(app(), server, 'ann/renamed', {
        'old/name.ts': 'export const kept = true\n',
        'b.ts': 'b\n',
      })
      const before = (await shown(app(), work.id)).get('old/name.ts')!
      work.commit({ 'old/name.ts': null, 'new/name.ts': 'export const kept = true\n' })
      work.push()
      const job = await index(app(), 'ann/renamed')
      expect(job.stats).toMatchObject({ contents_parsed: 0, files_changed: 1, files_removed: 1 })
      const after = (await shown(app(), work.id)).get('new/name.ts')!
      expect(after).toMatchObject({
        blob: before.blob,
        previous_path: 'old/name.ts',
        first_seen_at: before.first_seen_at,
      })
      const listed = await app().tool('list_files', { repository: 'ann/renamed', glob: 'new/**' })
      const time = new Date(before.first_seen_at as string | number | Date).toISOString()
      expect(listed.structuredContent).toMatchObject({
        files: [{ previous_path: 'old/name.ts', first_seen_at: time }],
      })
    })

    test('what is no text is listed with the reason, and sinks nothing', async () => {
      const minified = `var a=1;${'function f(){return a};'.repeat(100)}`
      const work = await indexed(app(), server, 'ann/mixed', {
        'ok.ts': 'export const ok = 1\n',
        'image.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 1, 2]),
        'huge.sql': 'x'.repeat(1024 ** 2 + 1),
        'exact.sql': `${'y'.repeat(1023)}\n`.repeat(1024),
        'lib/app.min.js': minified,
        'nul.ts': 'const a = "\0"\n',
        'vendor/x/lib.go': 'package x\n',
        'empty.py': '',
        'dist/gen.js': '// @generated\nexport {}\n',
      })
      const files = await shown(app(), work.id)
      const reasons = [...files].map(([path, { skipped }]) => [path, skipped]).filter(([, reason]) => reason)
      expect(reasons).toEqual([
        ['huge.sql', 'too_large'],
        ['image.png', 'binary'],
        ['nul.ts', 'binary'],
      ])
      const flag = (path: string, name: string) => Boolean(files.get(path)![name])
      expect(flag('lib/app.min.js', 'generated')).toBe(true)
      expect(flag('dist/gen.js', 'generated')).toBe(true)
      expect(flag('vendor/x/lib.go', 'vendored')).toBe(true)
      expect(flag('ok.ts', 'generated') || flag('ok.ts', 'vendored')).toBe(false)
      expect(await textOf(app(), work.id, 'lib/app.min.js')).toBe(minified)
      expect((await textOf(app(), work.id, 'exact.sql'))!.length).toBe(1024 ** 2)
      expect(await textOf(app(), work.id, 'empty.py')).toBe('')
      expect((await index(app(), 'ann/mixed', { ref: 'main' })).stats).toMatchObject({ files_skipped: 3 })
      for (const [path, why] of [
        ['huge.sql', 'it is too large'],
        ['image.png', 'it is binary'],
      ]) {
        const skipped = await app().tool('get_file', { repository: 'ann/mixed', path: path! })
        expect(skipped.content![0]!.text).toContain(`ann/mixed has it, but ${why}`)
        expect(JSON.parse(skipped.content![0]!.text).what_to_do).toStartWith('Go on without its text')
        const asked = { repository: 'ann/mixed', file_path: path!, direction: 'both' }
        const graph = await app().tool('search_dependencies', asked)
        expect(graph.content![0]!.text).toContain(`ann/mixed has it, but ${why}`)
      }
      const answer = await app().tool('get_repository', { repository: 'ann/mixed' })
      expect(answer.structuredContent).toMatchObject({
        repository: { files: 6, skipped_files: 3 },
        skipped: {
          by_reason: { binary: 2, too_large: 1 },
          files: [{ path: 'huge.sql', reason: 'too_large' }, { path: 'image.png' }, { path: 'nul.ts' }],
        },
      })
      const again = await index(app(), 'ann/mixed')
      expect(again.stats).toMatchObject({ files_changed: 0 })
    })

    test('UTF-8, UTF-16 and Latin-1 are read for what they are', async () => {
      const text = 'größe = "naïve €"\n'
      const utf16 = (mark: number[], swap: boolean) => {
        const bytes = Buffer.from(text, 'utf16le')
        return new Uint8Array([...mark, ...(swap ? bytes.swap16() : bytes)])
      }
      const work = await indexed(app(), server, 'ann/encodings', {
        'utf8.txt': text,
        'bom.txt': `\ufeff${text}`,
        'le.txt': utf16([0xff, 0xfe], false),
        'be.txt': utf16([0xfe, 0xff], true),
        'latin1.txt': new Uint8Array(Buffer.from('größe = "naïve"\n', 'latin1')),
      })
      for (const path of ['utf8.txt', 'bom.txt', 'le.txt', 'be.txt'])
        expect([path, await textOf(app(), work.id, path)]).toEqual([path, text])
      expect(await textOf(app(), work.id, 'latin1.txt')).toBe('größe = "naïve"\n')
      const blobs = await rowsOf(app(), 'code_blobs', `repository_id = '${work.id}'`)
      expect(blobs.map(({ encoding }) => encoding).sort()).toEqual([
        'latin-1',
        'utf-16be',
        'utf-16le',
        'utf-8',
        'utf-8',
      ])
    })

    test('a default branch of any name is taken, and other refs are indexes of their own', async () => {
      const work = workRepository({ 'a.ts': 'trunk\n' })
      git(work.folder, 'branch', '-m', 'trunk')
      const { push, bare } = server.publish('ann/branches', work)
      git(bare, 'symbolic-ref', 'HEAD', 'refs/heads/trunk')
      git(work.folder, 'checkout', '-q', '-b', 'feature/x')
      work.commit({ 'a.ts': 'feature\n' })
      git(work.folder, 'tag', '-a', 'v1', '-m', 'one')
      push()
      const head = await index(app(), 'ann/branches')
      const branch = await index(app(), 'ann/branches', { ref: 'feature/x' })
      const tag = await index(app(), 'ann/branches', { ref: 'v1' })
      expect([head.repository, branch.repository, tag.repository]).toEqual([
        'ann/branches',
        'ann/branches@feature/x',
        'ann/branches@v1',
      ])
      expect(new Set([head, branch, tag].map(({ repository_id }) => repository_id)).size).toBe(3)
      expect(await textOf(app(), head.repository_id, 'a.ts')).toBe('trunk\n')
      expect(await textOf(app(), branch.repository_id, 'a.ts')).toBe('feature\n')
      expect(tag.commit).toBe(branch.commit)
      const same = await index(app(), 'ann/branches', { ref: 'trunk' })
      expect(same.repository_id).toBe(head.repository_id)
    })

    test('two owners have an index each, and numbers of their own', async () => {
      const bob = await app().addKey('bob')
      const mine = await indexed(app(), server, 'ann/shared', { 'a.ts': 'shared\n' })
      const job = await index(app(), 'ann/shared', { key: bob })
      expect(job.repository_id).not.toBe(mine.id)
      const blobOf = async (id: string) => {
        const [row] = await rowsOf(app(), 'code_blobs', `repository_id = '${id}'`)
        return Number(row!.blob)
      }
      const [a, b] = [await blobOf(mine.id), await blobOf(job.repository_id)]
      expect(Math.floor(a / 2 ** 26)).not.toBe(Math.floor(b / 2 ** 26))
    })
  },
  { env: fixtureEnv(server) },
)
