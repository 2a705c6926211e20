import { faultOf } from '../../platform/mcp/bridge/refusals'
import type { EntryTarget } from './entry-target'

/**
 * Why the server of a bridge cannot be reached; undefined when something answers there, and for every other program. The
 * bridge itself would wait for a server that is only starting.
 */
export async function unreachable(target: EntryTarget): Promise<string | undefined> {
  const url = remoteOf(target)
  if (url === undefined) return undefined
  try {
    const signal = AbortSignal.timeout(patienceMs)
    await (await fetch(url, { method: 'HEAD', redirect: 'manual', signal })).body?.cancel()
    return undefined
  } catch (error) {
    return faultOf(error, url).message
  }
}

const patienceMs = 5000

function remoteOf(target: EntryTarget): string | undefined {
  if (target.kind === 'url' || !target.args.includes('stdio')) return undefined
  const url = target.args[target.args.indexOf('--remote') + 1]
  return target.args.includes('--remote') && url && URL.canParse(url) ? url : undefined
}
