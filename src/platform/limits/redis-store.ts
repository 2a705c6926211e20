import { RedisClient } from 'bun'
import { takeScript } from './redis-script'
import { type Ask, type Store, type Taken, tellBy } from './store'

const prefix = 'holdfast:quota:'
const scriptHash = new Bun.CryptoHasher('sha1').update(takeScript).digest('hex')

/** How long Redis may take to answer, in ms. */
const patience = 1000

/** The last of it, in which an answer is read that came while this process had no turn. */
const lastLook = 50

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error('Redis does not answer'))
    timer = setTimeout(() => {
      timer = setTimeout(giveUp, lastLook)
    }, patience - lastLook)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function parseAnswer(answer: number[], ask: Ask): Taken {
  const [admitted, at, freeAt, blocking] = answer as [number, number, number, number]
  const used = ask.spans.map((_, index) => answer[4 + index * 2]!)
  const leaves = ask.spans.map((_, index) => answer[5 + index * 2]!)
  return { admitted: admitted === 1, at, used, leaves, freeAt, blocking }
}

/** Sends the script by its hash, whole when the server does not know it yet. */
async function evaluate(client: RedisClient, args: string[]): Promise<number[]> {
  try {
    return await client.send('EVALSHA', [scriptHash, ...args])
  } catch (error) {
    if (!String(error).includes('NOSCRIPT')) throw error
    return client.send('EVAL', [takeScript, ...args])
  }
}

/** A take on a key of its own shows that scripts run and may write. */
async function probe(client: RedisClient): Promise<void> {
  const key = `holdfast:probe:${crypto.randomUUID()}`
  await evaluate(client, ['1', key, '', '1', '10', '1'])
  await client.send('DEL', [key])
}

/**
 * Quotas in Redis. Connects within a second or throws; every call answers within a second or throws. Never reconnects by itself: a
 * store that has thrown is closed and another one opened.
 */
export async function openRedisStore(url: string, clock?: () => number): Promise<Store> {
  const client = new RedisClient(url, {
    connectionTimeout: patience,
    autoReconnect: false,
    enableOfflineQueue: false,
  })
  try {
    await within(client.connect())
    await within(probe(client))
  } catch (error) {
    client.close()
    throw error
  }
  async function take(ask: Ask): Promise<Taken> {
    const args = ['1', prefix + ask.owner, clock ? String(clock()) : '', String(ask.cost)]
    for (const { seconds, limit } of ask.spans) args.push(String(seconds), String(limit))
    return parseAnswer(await within(evaluate(client, args)), ask)
  }
  return {
    take,
    tell: tellBy(take),
    // Each new second of an owner trims what it no longer needs, and Redis lets quiet owners expire.
    prune: async () => 0,
    async ping() {
      await within(client.send('PING', []))
    },
    async close() {
      client.close()
    },
  }
}
