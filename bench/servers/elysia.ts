import { Elysia } from 'elysia'

/** The baseline: a bare Elysia server. `/json` answers a small object; `/echo` parses the posted JSON and answers `ANSWER`. */
const answer = JSON.parse(process.env.ANSWER ?? '{"ok":true}')

const app = new Elysia()
  .get('/json', () => ({ ok: true }))
  .post('/echo', ({ body }) => (body ? answer : null))
  .listen({ port: 0, hostname: '127.0.0.1' })

console.log(`http://127.0.0.1:${app.server!.port}`)
