import { RedisClient } from 'bun'
import type { Config } from '../../platform/config/settings'
import { type Finding, fail, pass, warn } from './finding'

/** Redis, where it is set. */
export async function checkRedis({ REDIS_URL }: Config): Promise<Finding[]> {
  if (!REDIS_URL) return []
  const client = new RedisClient(REDIS_URL, { connectionTimeout: 2000, autoReconnect: false, maxRetries: 0 })
  try {
    const started = performance.now()
    await Promise.race([client.ping(), refuseAfter(2000)])
    return [pass('redis', `answered in ${(performance.now() - started).toFixed(1)} ms`)]
  } catch {
    return [
      fail(
        'redis',
        'does not answer',
        'check REDIS_URL and that the server runs; without it quotas are kept in the database',
      ),
    ]
  } finally {
    client.close()
  }
}

async function refuseAfter(ms: number): Promise<never> {
  await Bun.sleep(ms)
  throw new Error('late')
}

/** The published keys of Supabase Auth, and keys of the kind that is being retired. */
export async function checkSupabase(config: Config): Promise<Finding[]> {
  const legacy = (['SUPABASE_ANON_KEY', 'SUPABASE_SERVICE_KEY'] as const)
    .filter((name) => config[name]?.startsWith('eyJ'))
    .map((name) => warn('supabase key', `${name} is a legacy key`, 'use a publishable or secret key (sb_…)'))
  return config.SUPABASE_URL ? [await checkJwks(config.SUPABASE_URL, config), ...legacy] : legacy
}

async function checkJwks(base: string, { SUPABASE_JWT_SECRET }: Config): Promise<Finding> {
  const url = new URL('auth/v1/.well-known/jwks.json', base.endsWith('/') ? base : `${base}/`)
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
    const { keys } = (await response.json()) as { keys?: unknown[] }
    if (!response.ok || !Array.isArray(keys)) throw new Error('no key set')
    if (keys.length > 0) return pass('supabase', `${keys.length} signing keys published`)
    if (SUPABASE_JWT_SECRET) return pass('supabase', 'no signing keys published; the legacy secret is set')
    return warn(
      'supabase',
      'the project publishes no signing keys',
      'rotate to signing keys, or set SUPABASE_JWT_SECRET',
    )
  } catch {
    return fail(
      'supabase',
      `${url.host} gives no key set`,
      'check SUPABASE_URL, and that the project is not paused',
    )
  }
}
