import { createKey } from '../../src/platform/identity/keys'
import { fixtureEnv, fixtureServer } from '../code/kit'
import { startCoinbase } from '../journal/portfolio/coinbase-stub'
import { startApp } from '../kit/app'
import { adminKey, noon, type Stage } from './story'

/** A server with everything that the story needs around it. */
export async function setStage(): Promise<Stage & { close(): Promise<void> }> {
  const git = fixtureServer()
  const coinbase = startCoinbase()
  coinbase.accounts = [
    { currency: 'BTC', available: '0.5' },
    { currency: 'USD', available: '250' },
  ]
  coinbase.prices = { 'BTC-USD': { bid: '39990', ask: '40010' } }
  const env = { ...fixtureEnv(git), COINBASE_API_URL: coinbase.url, METRICS_ADMIN_API_KEY: adminKey }
  const app = await startApp({ env, now: () => noon.getTime() })
  const scopes = ['*', 'admin', 'metrics:read', 'metrics:write', 'metrics:admin']
  const key = await app.addKey('ann', 'team', scopes)
  const { key: ingestKey } = await createKey(app.storage.system, { service: 'any' })
  const pem = coinbase.privateKey.export({ type: 'sec1', format: 'pem' }) as string
  return {
    app: { ...app, key },
    git,
    ingestKey,
    coinbase: {
      'X-Coinbase-API-Key': coinbase.keyName,
      'X-Coinbase-API-Secret': pem.replaceAll('\n', '\\n'),
    },
    async close() {
      await app.close()
      await git.stop()
      await coinbase.stop()
    },
  }
}
