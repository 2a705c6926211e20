import { afterAll, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { eachDatabase } from '../../kit/databases'
import { eventually, fixtureEnv, fixtureServer, indexed } from '../kit'
import { countOf, rowsOf } from '../rows'

const server = fixtureServer()
afterAll(() => server.stop())

const secrets = {
  GITHUB_WEBHOOK_SECRET: 'github-secret',
  GITLAB_WEBHOOK_TOKEN: 'gitlab-token',
  CODE_WEBHOOK_SECRET: 'plain-secret',
}
const sign = (secret: string, body: string) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`

const github = (name: string, commit: string, branch = 'main') =>
  JSON.stringify({
    ref: `refs/heads/${branch}`,
    after: commit,
    repository: {
      full_name: name,
      clone_url: `${server.url}/${name}.git`,
      html_url: `${server.url}/${name}`,
    },
    installation: { id: 7 },
  })

eachDatabase(
  'webhooks',
  (app) => {
    const post = (path: string, body: string, headers: Record<string, string>) =>
      app().send(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } })
    const postGithub = (body: string, headers: Record<string, string> = {}) =>
      post('/webhooks/github', body, {
        'x-github-event': 'push',
        'x-github-delivery': crypto.randomUUID(),
        'x-hub-signature-256': sign(secrets.GITHUB_WEBHOOK_SECRET, body),
        ...headers,
      })
    const isAt = (id: string, commit: string) =>
      eventually(async () =>
        expect((await rowsOf(app(), 'repositories', `id = '${id}'`))[0]).toMatchObject({
          commit,
          remote_commit: commit,
        }),
      )

    test('a push of GitHub indexes the repository of every owner who has it', async () => {
      const bob = await app().addKey('bob')
      const mine = await indexed(app(), server, 'hook/shared', { 'a.txt': '1\n' })
      const { index } = await import('../kit')
      const theirs = await index(app(), 'hook/shared', { key: bob })
      const commit = mine.commit({ 'a.txt': '2\n' })
      mine.push()
      const answer = await postGithub(github('hook/shared', commit))
      expect([answer.status, await answer.json()]).toEqual([200, { received: true }])
      await Promise.all([isAt(mine.id, commit), isAt(theirs.repository_id, commit)])
    })

    test('GitHub may send the form that it sends unless told otherwise', async () => {
      const work = await indexed(app(), server, 'hook/form', { 'a.txt': '1\n' })
      const commit = work.commit({ 'a.txt': '2\n' })
      work.push()
      const body = `payload=${encodeURIComponent(github('hook/form', commit))}`
      const type = { 'content-type': 'application/x-www-form-urlencoded' }
      expect((await postGithub(body, type)).status).toBe(200)
      await isAt(work.id, commit)
      expect((await postGithub('payload=x', type)).status).toBe(400)
    })

    test('the same delivery again is nothing new, under whatever delivery id', async () => {
      const work = await indexed(app(), server, 'hook/replayed', { 'a.txt': '1\n' })
      const commit = work.commit({ 'a.txt': '2\n' })
      work.push()
      const body = github('hook/replayed', commit)
      await postGithub(body)
      await isAt(work.id, commit)
      const later = work.commit({ 'a.txt': '3\n' })
      work.push()
      await postGithub(github('hook/replayed', later))
      await isAt(work.id, later)
      const jobs = await countOf(app(), 'index_jobs', `repository_id = '${work.id}'`)
      expect((await postGithub(body)).status).toBe(200)
      await eventually(async () =>
        expect(await countOf(app(), 'jobs', "kind = 'code.push' and status <> 'done'")).toBe(0),
      )
      expect((await rowsOf(app(), 'repositories', `id = '${work.id}'`))[0]).toMatchObject({
        commit: later,
        remote_commit: later,
      })
      expect(await countOf(app(), 'index_jobs', `repository_id = '${work.id}'`)).toBe(jobs)
    })

    test('pushes to other branches, deleted branches and other events change nothing', async () => {
      const work = await indexed(app(), server, 'hook/quiet', { 'a.txt': '1\n' })
      await postGithub(github('hook/quiet', 'a'.repeat(40), 'feature'))
      await postGithub(github('hook/quiet', '0'.repeat(40)))
      await postGithub(github('hook/quiet', 'b'.repeat(40)), { 'x-github-event': 'issues' })
      expect((await postGithub('{"zen":"x"}', { 'x-github-event': 'ping' })).status).toBe(200)
      await eventually(async () =>
        expect(await countOf(app(), 'jobs', "kind = 'code.push' and status <> 'done'")).toBe(0),
      )
      expect(await countOf(app(), 'index_jobs', `repository_id = '${work.id}'`)).toBe(1)
    })

    test('what is not signed, or signed otherwise, is refused before it is read', async () => {
      const body = github('hook/quiet', 'c'.repeat(40))
      const status = async (headers: Record<string, string>, text = body) =>
        (await postGithub(text, headers)).status
      expect(await status({ 'x-hub-signature-256': '' })).toBe(401)
      expect(await status({ 'x-hub-signature-256': sign('wrong', body) })).toBe(401)
      expect(await status({ 'x-hub-signature-256': sign(secrets.GITHUB_WEBHOOK_SECRET, `${body} `) })).toBe(
        401,
      )
      expect(await status({}, 'not json')).toBe(400)
      expect(
        (
          await post('/webhooks/github', body, {
            'x-hub-signature-256': sign(secrets.GITHUB_WEBHOOK_SECRET, body),
          })
        ).status,
      ).toBe(400)
      expect(
        (await post('/webhooks/gitlab', body, { 'x-gitlab-token': 'wrong', 'x-gitlab-event': 'Push Hook' }))
          .status,
      ).toBe(401)
    })

    test('a push of GitLab', async () => {
      const work = await indexed(app(), server, 'hook/gitlab', { 'a.txt': '1\n' })
      const commit = work.commit({ 'a.txt': '2\n' })
      work.push()
      const body = JSON.stringify({
        object_kind: 'push',
        ref: 'refs/heads/main',
        checkout_sha: commit,
        project: { git_http_url: `${server.url}/hook/gitlab.git` },
      })
      expect(
        (
          await post('/webhooks/gitlab', body, {
            'x-gitlab-token': secrets.GITLAB_WEBHOOK_TOKEN,
            'x-gitlab-event': 'Push Hook',
          })
        ).status,
      ).toBe(200)
      await isAt(work.id, commit)
    })

    test('a hook of one’s own is signed with its time', async () => {
      const work = await indexed(app(), server, 'hook/plain', { 'a.txt': '1\n' })
      const commit = work.commit({ 'a.txt': '2\n' })
      work.push()
      const body = JSON.stringify({ repository: `${server.url}/hook/plain`, ref: 'refs/heads/main', commit })
      const at = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds)
      const send = (time: string, signed = time) =>
        post('/webhooks/git', body, {
          'x-timestamp': time,
          'x-signature-256': sign(secrets.CODE_WEBHOOK_SECRET, `${signed}.${body}`),
        })
      expect((await send(at(-600))).status).toBe(401)
      expect((await send(at(0), at(-600))).status).toBe(401)
      expect((await send(at(0))).status).toBe(200)
      await isAt(work.id, commit)
    })
  },
  { env: { ...fixtureEnv(server), ...secrets } },
)

test('a webhook without a secret is off', async () => {
  const { startApp } = await import('../../kit/app')
  const app = await startApp()
  const answer = await app.send('/webhooks/github', { method: 'POST', body: '{}' })
  expect([answer.status, await answer.json()]).toEqual([
    503,
    expect.objectContaining({
      code: 'webhook_off',
      detail: expect.stringContaining('GITHUB_WEBHOOK_SECRET'),
    }),
  ])
  await app.close()
})
