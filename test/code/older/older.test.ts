import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { checkSchema } from '../../../src/modules/code/older/check-schema'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, index, indexed } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

const long = `${' '.repeat(30)}before ${'x'.repeat(80)}   needle  ${'y'.repeat(80)}\n`
const files = {
  'a.ts': "import { b } from './b'\nimport fs from 'node:fs'\nexport const a = () => b(fs)\n",
  'b.ts': 'export const b = (x: unknown) => x\n',
  'long.txt': long,
}

eachDatabase(
  'older paths',
  (app) => {
    let id = ''
    // biome-ignore lint/suspicious/noExplicitAny: the answers of untyped routes
    const get = async (path: string, key?: string | null): Promise<[number, any]> => {
      const response = await app().rest('GET', path, undefined, key)
      return [response.status, await response.json()]
    }
    beforeAll(async () => {
      const repository = await indexed(app(), server, 'ann/older', files)
      id = repository.id
      repository.commit({ 'b.ts': 'export const b = (x: unknown) => [x]\n' })
      repository.push()
      await index(app(), 'ann/older')
    }, 60_000)

    test('a search gives whole files in the predecessor’s fields', async () => {
      const [status, { results }] = await get('/search?term=b(fs)')
      expect(status).toBe(200)
      expect(results).toEqual([
        {
          id: expect.stringMatching(/^\d+$/),
          projectRoot: id,
          path: 'a.ts',
          content: files['a.ts'],
          dependencies: ['./b', 'node:fs'],
          indexedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          snippet: 'export const a = () => b(fs)',
        },
      ])
      const [, found] = await get(`/search?term=NEEDLE&repository=${id}&limit=5`)
      expect(found.results[0].snippet).toBe(`${'x'.repeat(57)} needle ${'y'.repeat(58)}`)
    })

    test('limits, names and what is missing', async () => {
      expect((await get('/search?term=export&limit=1'))[1].results).toHaveLength(1)
      expect((await get('/search?term=export&limit=9999'))[1].results).toHaveLength(2)
      expect((await get('/search?term=nowhere-to-be-found'))[1]).toEqual({ results: [] })
      expect(await get('/search')).toEqual([400, { error: 'Missing term query parameter' }])
      expect(await get('/search?term=b&repository=ann/nothing')).toEqual([
        404,
        { error: 'repository not found' },
      ])
      expect((await get('/search?term=b', null))[0]).toBe(401)
    })

    test('recent files come newest first, with their present text', async () => {
      const [status, { results }] = await get('/files/recent?limit=2')
      expect([status, results.length]).toEqual([200, 2])
      expect(results[0]).toMatchObject({ path: 'b.ts', projectRoot: id, dependencies: [] })
      expect(results[0].content).toBe('export const b = (x: unknown) => [x]\n')
      expect(results[0]).not.toHaveProperty('snippet')
      expect((await get('/files/recent'))[1].results).toHaveLength(3)
    })

    test('another’s files are not there', async () => {
      const key = await app().addKey('stranger')
      expect(await get('/search?term=export', key)).toEqual([200, { results: [] }])
      expect(await get('/files/recent', key)).toEqual([200, { results: [] }])
      expect(await get(`/search?term=export&repository=${id}`, key)).toEqual([
        404,
        { error: 'repository not found' },
      ])
    })

    test('an output is validated', async () => {
      const validate = async (body: unknown) => {
        const response = await app().rest('POST', '/validate-output', body)
        return [response.status, await response.json()]
      }
      const schema = { type: 'object', required: ['n'], properties: { n: { type: 'number', minimum: 2 } } }
      expect(await validate({ schema, output: '{"n":2}' })).toEqual([200, { valid: true }])
      expect(await validate({ schema, output: '{"n":1}' })).toEqual([
        200,
        { valid: false, errors: [{ path: '/n', message: 'must be at least 2' }] },
      ])
      expect(await validate({ schema, output: 'no json' })).toEqual([
        200,
        { valid: false, errors: [{ path: '', message: 'must be JSON' }] },
      ])
      expect((await validate({ schema }))[0]).toBe(400)
      expect((await validate({ output: 'x' }))[0]).toBe(400)
      const pattern = { type: 'string', pattern: '(?=x)' }
      expect((await validate({ schema: pattern, output: 'x' }))[0]).toBe(400)
      expect((await validate('{'))[0]).toBe(400)
    })
  },
  { env: fixtureEnv(server) },
)

describe('checking a value against a schema', () => {
  test.each([
    [{ type: 'string', pattern: 'b+$' }, 'abb', []],
    [{ type: 'string', pattern: '^b' }, 'abb', ['']],
    [{ type: 'string', minLength: 2, maxLength: 3 }, '🙂', ['']],
    [{ type: 'string', minLength: 2, maxLength: 3 }, '🙂🙂🙂', []],
    [{ type: 'number', maximum: 3 }, 4, ['']],
    [{ type: 'boolean' }, 'true', ['']],
    [{ type: 'array', items: { type: 'number' } }, [1, 'x', 2, null], ['/1', '/3']],
    [{ type: 'object', required: ['a/b', 'toString'] }, {}, ['/a~1b', '/toString']],
    [{ type: 'object', properties: { a: { type: 'array' } } }, { a: {} }, ['/a']],
    [{ type: 'object' }, [], ['']],
    [{ type: 'integer', minimum: 5 }, 'whatever', []],
    [{ enum: [1] }, 2, []],
  ])('%j of %j', (schema, value, paths) => {
    expect(checkSchema(schema, value).map(({ path }) => path)).toEqual(paths)
  })

  test('a pattern that would take for ever elsewhere answers, and too much work is refused', () => {
    const slow = { type: 'string', pattern: '^(a+)+$' }
    expect(checkSchema(slow, `${'a'.repeat(50_000)}!`)).toHaveLength(1)
    const costly = { type: 'array', items: { type: 'string', pattern: '(a{1,30}){1,20}b' } }
    expect(() => checkSchema(costly, Array(2000).fill('a'.repeat(100)))).toThrow(/take too long|too large/)
    expect(() => checkSchema(nested(100), nestedValue(100))).toThrow('levels deep')
  })
})

const nested = (depth: number): unknown => (depth === 0 ? {} : { type: 'array', items: nested(depth - 1) })
const nestedValue = (depth: number): unknown => (depth === 0 ? 1 : [nestedValue(depth - 1)])
