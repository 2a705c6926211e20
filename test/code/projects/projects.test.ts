import { afterAll, expect, test } from 'bun:test'
import { eachDatabase } from '../../kit/databases'
import { fixtureEnv, fixtureServer, indexed } from '../kit'

const server = fixtureServer()
afterAll(() => server.stop())

eachDatabase(
  'projects',
  (app) => {
    const call = async (method: string, path: string, body?: unknown, key = app().key) => {
      const answer = await app().rest(method, `/api/v1/code${path}`, body, key)
      return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
    }

    test('a project groups repositories by name or id, and is found in any letter case', async () => {
      const api = await indexed(app(), server, 'acme/api', { 'a.txt': 'x\n' })
      await indexed(app(), server, 'acme/web', { 'a.txt': 'y\n' })
      const made = await call('POST', '/projects', {
        name: '  Back   End ',
        description: 'ours',
        repository_ids: ['acme/api', api.id],
      })
      expect([made.status, made.body]).toEqual([
        201,
        { projectId: made.body.id, id: made.body.id, name: 'Back End' },
      ])
      const found = await call('GET', '/projects/back%20end')
      expect(found.body).toMatchObject({
        id: made.body.id,
        repository_count: 1,
        repositories: [{ name: 'acme/api', id: api.id }],
      })
      expect((await call('POST', '/projects/Back%20End/repositories/acme%2Fweb')).body).toMatchObject({
        success: true,
      })
      expect((await call('POST', `/projects/${made.body.id}/repositories/web`)).status).toBe(200)
      expect((await call('GET', `/projects/${made.body.id}`)).body.repository_count).toBe(2)
      const listed = await call('GET', '/repositories?project=BACK%20END')
      expect((listed.body.repositories as { name: string }[]).map(({ name }) => name)).toEqual([
        'acme/api',
        'acme/web',
      ])
      expect((await call('DELETE', '/projects/back%20end/repositories/acme%2Fapi')).status).toBe(200)
      expect((await call('DELETE', '/projects/back%20end/repositories/acme%2Fapi')).status).toBe(200)
      expect((await call('GET', '/projects/back%20end')).body.repositories).toMatchObject([
        { name: 'acme/web' },
      ])
    })

    test('updates replace what they name alone, and a taken name is a conflict', async () => {
      await call('POST', '/projects', { name: 'One' })
      await call('POST', '/projects', { name: 'Two', description: 'kept' })
      expect(await call('POST', '/projects', { name: 'ONE' })).toMatchObject({
        status: 409,
        body: { code: 'project_exists' },
      })
      expect(await call('PATCH', '/projects/Two', { name: 'one' })).toMatchObject({ status: 409 })
      expect(await call('PATCH', '/projects/Two', {})).toMatchObject({ status: 422 })
      expect(
        await call('PATCH', '/projects/Two', { name: 'Three', repository_ids: ['acme/web'] }),
      ).toMatchObject({ status: 200 })
      expect((await call('GET', '/projects/three')).body).toMatchObject({
        name: 'Three',
        description: 'kept',
        repository_count: 1,
      })
      expect(await call('PATCH', '/projects/gone', { name: 'x' })).toMatchObject({ status: 404 })
      expect(await call('DELETE', '/projects/three')).toMatchObject({ status: 200 })
      expect(await call('DELETE', '/projects/three')).toMatchObject({ status: 404 })
      expect(await call('GET', '/repositories/acme%2Fweb')).toMatchObject({ status: 200 })
    })

    test('a search in a project without repositories, or without text, says so', async () => {
      await call('POST', '/projects', { name: 'Bare' })
      const bare = await call('GET', '/search?term=x&project=Bare')
      expect(bare.body.empty).toMatchObject({ reason: 'The project has no repositories.' })
      await indexed(app(), server, 'acme/pictures', { 'a.png': '\u0000\u0001' })
      const textless = await call('GET', '/search?term=x&repository=acme/pictures')
      expect(textless.body.empty).toMatchObject({
        reason: 'No text of the searched repositories is indexed.',
      })
    })

    test('a list goes on where its cursor says', async () => {
      for (const n of [1, 2, 3, 4, 5]) await call('POST', '/projects', { name: `Page ${n}` })
      const names: string[] = []
      let cursor: unknown = ''
      while (cursor !== null) {
        const { body } = await call('GET', `/projects?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)
        names.push(...(body.projects as { name: string }[]).map(({ name }) => name))
        cursor = body.next_cursor
      }
      expect(names.filter((name) => name.startsWith('Page'))).toEqual([
        'Page 5',
        'Page 4',
        'Page 3',
        'Page 2',
        'Page 1',
      ])
      expect(new Set(names).size).toBe(names.length)
    })

    test('nobody puts another’s repository into a project, nor their own into another’s', async () => {
      const bob = await app().addKey('bob')
      const theirs = await indexed(app(), server, 'bob/own', { 'a.txt': 'b\n' }, bob)
      await call('POST', '/projects', { name: 'Mine' })
      const { body } = await call('POST', '/projects', { name: 'Mine' }, bob)
      expect(await call('POST', `/projects/Mine/repositories/${theirs.id}`)).toMatchObject({
        status: 404,
        body: { detail: 'repository not found' },
      })
      expect(await call('POST', '/projects', { name: 'Stolen', repository_ids: [theirs.id] })).toMatchObject({
        status: 404,
      })
      expect(await call('GET', '/projects/Stolen')).toMatchObject({ status: 404 })
      expect(await call('PATCH', '/projects/Mine', { repository_ids: [theirs.id] })).toMatchObject({
        status: 404,
      })
      expect(await call('POST', `/projects/${body.id}/repositories/acme%2Fweb`)).toMatchObject({
        status: 404,
        body: { detail: 'project not found' },
      })
      expect(await call('DELETE', `/projects/${body.id}`)).toMatchObject({ status: 404 })
      expect((await call('GET', `/projects/${body.id}`, undefined, bob)).body.repository_count).toBe(0)
    })

    test('an organization’s key sees what its other keys made', async () => {
      const { createKey } = await import('../../../src/platform/identity/keys')
      const orgKey = async (userId: string) =>
        (await createKey(app().storage.system, { tier: 'team', userId, orgId: 'acme-org' })).key
      const [ann, ben] = [await orgKey('ann'), await orgKey('ben')]
      await indexed(app(), server, 'acme/shared', { 'a.txt': 's\n' }, ann)
      expect((await call('GET', '/repositories/acme%2Fshared', undefined, ben)).status).toBe(200)
      expect((await call('GET', '/repositories/acme%2Fshared')).status).toBe(404)
    })

    test('the predecessor’s paths reach the same projects', async () => {
      const made = await app().rest('POST', '/api/projects', { name: 'Older' })
      expect(made.status).toBe(201)
      const { projects } = (await (await app().rest('GET', '/api/projects')).json()) as {
        projects: { name: string; repository_count: number }[]
      }
      expect(projects.find(({ name }) => name === 'Older')).toMatchObject({ repository_count: 0 })
      expect((await app().rest('DELETE', '/api/projects/Older')).status).toBe(200)
    })
  },
  { env: fixtureEnv(server) },
)
