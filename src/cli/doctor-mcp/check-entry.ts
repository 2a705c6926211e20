import type { Entry } from '../../platform/mcp/clients/form'
import type { ClientId } from '../../platform/mcp/clients/forms'
import { home, type Machine } from '../connect/machine'
import { converse } from './conversation'
import { EntryFault, type EntryTarget, targetOfEntry } from './entry-target'
import { probe, type Sight } from './probe'
import { unreachable } from './reachable'
import { programWire, urlWire } from './wires'

/** What was found out about one client. */
export interface Checked {
  client: ClientId
  file: string
  /** The client can work with the server. */
  ok: boolean
  /** The URL, or the command without its variables. */
  target?: string
  eras?: Sight[]
  error?: string
  /** What to do about it. */
  next?: string
}

type Outcome = Omit<Checked, 'client' | 'file'>

/** Follows an entry as the client would, once in each era; one that works is enough for a client. */
export async function checkEntry(
  entry: Entry,
  env: Record<string, string | undefined>,
  machine: Machine,
  timeoutMs: number,
): Promise<Outcome> {
  try {
    const target = targetOfEntry(entry, env)
    const lost = await unreachable(target)
    if (lost) return { ok: false, target: shown(target), error: lost, next: startServer }
    const open = () =>
      converse(
        (take) =>
          target.kind === 'url' ? urlWire(target, take) : programWire(target, env, home(machine), take),
        timeoutMs,
      )
    const seen = [await probe('2025-11-25', open), await probe('2026-07-28', open)]
    const eras = seen.map((sight) => inWordsOfEntry(sight, target))
    const ok = eras.some((era) => era.ok)
    const fault = eras.find((era) => !era.ok)
    return { ok, target: shown(target), eras, ...(fault && { next: nextStep(fault, target, ok) }) }
  } catch (error) {
    if (!(error instanceof EntryFault)) throw error
    return { ok: false, error: error.message, next: 'set it, or write the value into the entry' }
  }
}

/** Where the key stands in the entry’s headers, advice about the bridge’s variable would lead astray. */
function inWordsOfEntry(sight: Sight, target: EntryTarget): Sight {
  if (sight.status !== 401 || target.kind === 'program') return sight
  const given = Object.keys(target.headers).some((name) => /^(authorization|x-api-key)$/i.test(name))
  const error = given
    ? 'the server refuses the key in the entry (401)'
    : 'the server wants a key, and the entry has none (401)'
  return { ...sight, error }
}

/** Arguments may hold secrets of others’ programs; a URL its query. */
function shown(target: EntryTarget): string {
  if (target.kind === 'program') return target.command
  const { origin, pathname } = new URL(target.url)
  return origin + pathname
}

const startServer = 'start the server (holdfast serve), or correct the URL'

function nextStep({ status, error = '' }: Sight, target: EntryTarget, ok: boolean): string {
  if (ok) return 'clients that insist on this revision cannot use the server'
  if (status === 401) return 'give the entry a key that works: HOLDFAST_KEY=… holdfast connect CLIENT'
  if (status === 404) return 'correct the URL: that of MCP usually ends in /mcp'
  if (error.startsWith('Cannot reach')) return startServer
  if (target.kind === 'url') return 'look at the server’s log'
  return error.includes('cannot be started')
    ? 'write the command with its whole path; holdfast connect CLIENT does'
    : 'run the entry’s command in a terminal and look at what it says'
}
