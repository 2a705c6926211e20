import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, modules } from '../../src/app'
import { loadConfig } from '../../src/platform/config/load'
import { createKey } from '../../src/platform/identity/keys'
import { suite } from './suite'

/**
 * The whole server as it ships, with the suite's own tools beside its operations, on loopback until stdin ends. The suite
 * sends no credentials, so a key is added to what it sends. Prints its URL.
 */
async function serve(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-conformance-'))
  const env = { DATA_DIR: folder, LOG_LEVEL: 'ERROR' }
  const app = await createApp(loadConfig({ env, flags: {}, cwd: folder, modules }), { extensions: [suite] })
  const { key } = await createKey(app.storage.system, { userId: 'suite', tier: 'enterprise', scopes: ['*'] })

  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 60,
    fetch(request, peers) {
      const headers = new Headers(request.headers)
      headers.set('Authorization', `Bearer ${key}`)
      return app.fetch(new Request(request, { headers }), peers)
    },
  })
  console.log(`http://127.0.0.1:${server.port}/mcp`)

  for await (const _ of Bun.stdin.stream());
  await app.mcp.close()
  await server.stop(true)
  await app.close()
  rmSync(folder, { recursive: true, force: true })
}

serve().then(
  () => process.exit(0),
  (error) => {
    console.error(error)
    process.exit(1)
  },
)
