import type { Config } from '../platform/config/settings'
import { type Command, type Invocation, textOf, UsageError } from './command'
import { seconds } from './duration'
import { exit } from './exit'
import { printData } from './print'

interface Answer {
  url: string
  ready: boolean
  /** HTTP status; null when nothing answered. */
  status: number | null
  detail: string
}

export const health: Command = {
  name: 'health',
  summary: 'Ask a running server whether it is ready',
  details:
    'Without URL: /readyz of the server that these settings describe. Exits with 0 when it answers with a 2xx, else with 1.',
  positionals: [{ name: 'URL', required: false }],
  flags: { wait: { value: 'TIME', description: 'keep asking for this long, e.g. 30s' } },
  json: true,
  example: 'holdfast health --wait 30s',
  async run(invocation) {
    const url = addressOf(invocation)
    const patience = textOf(invocation, 'wait')
    const until = Date.now() + (patience ? seconds(patience, 'wait') * 1000 : 0)
    let answer = await ask(url)
    while (!answer.ready && Date.now() < until) {
      await Bun.sleep(Math.min(100, Math.max(0, until - Date.now())))
      answer = await ask(url)
    }
    printData(invocation, answer, ({ ready, detail }) => `${ready ? 'ready' : 'not ready'}: ${url} ${detail}`)
    return answer.ready ? exit.done : exit.failed
  },
}

function addressOf(invocation: Invocation): string {
  const given = invocation.positionals[0]
  if (given === undefined) return readiness(invocation.load().config)
  if (!URL.canParse(given) || !/^https?:$/.test(new URL(given).protocol)) {
    throw new UsageError('health takes a URL like http://127.0.0.1:8890/readyz', 'health')
  }
  return given
}

/** A server that listens on every address is asked on the loopback one. */
function readiness({ HOST, PORT }: Config): string {
  const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST === '::' ? '::1' : HOST
  return `http://${host.includes(':') ? `[${host}]` : host}:${PORT}/readyz`
}

async function ask(url: string): Promise<Answer> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2000) })
    await response.body?.cancel()
    return { url, ready: response.ok, status: response.status, detail: `answered ${response.status}` }
  } catch (error) {
    const late = (error as Error).name === 'TimeoutError'
    return {
      url,
      ready: false,
      status: null,
      detail: late ? 'did not answer within 2 s' : 'cannot be reached',
    }
  }
}
