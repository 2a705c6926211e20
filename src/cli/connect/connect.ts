import { blockOf } from '../../platform/mcp/clients/block'
import { type ClientId, clientIds, formOf } from '../../platform/mcp/clients/forms'
import { type Command, type Invocation, textOf, UsageError } from '../command'
import { exit } from '../exit'
import { printData } from '../print'
import { type Action, type Applied, apply, locate } from './apply'
import { chosenClients } from './chosen-clients'
import type { ClientFile } from './client-file'
import type { Machine } from './machine'
import { entryFor, type Target } from './target'
import { keyToCome, targetOf } from './target-of'

export const connect: Command = {
  name: 'connect',
  summary: 'Set up an MCP client on this machine to use a server, or this program',
  details: `CLIENT is ${clientIds.join(', ')}. Changes that client’s own file alone: other servers, unknown members and comments stay, what stood there is copied beside it, and only its owner may read it. Without --url: HOLDFAST_URL, or the server that these settings describe. The key comes from HOLDFAST_KEY, the file that HOLDFAST_KEY_FILE names, or --key. A file that cannot be read is left as it is, with exit code 1.`,
  positionals: [{ name: 'CLIENT', required: false }],
  flags: {
    url: {
      value: 'URL',
      description: 'the server, e.g. https://mcp.example.com (then /mcp) or …/mcp/journal',
    },
    key: {
      value: 'KEY',
      description: 'the API key; - reads it from stdin. Others can see a command line: prefer HOLDFAST_KEY',
    },
    stdio: { description: 'let the client start this program on the local data folder, without a server' },
    name: { value: 'NAME', description: 'what the client calls the server; default holdfast' },
    all: { description: 'every client that is found on this machine' },
    remove: { description: 'take the entry of that name out again' },
    print: { description: 'write nothing; show what would be written, without the key' },
    'show-key': { description: 'with --print: show the key, too' },
  },
  json: true,
  example: 'holdfast connect cursor --url https://mcp.example.com',
  async run(invocation) {
    const machine = machineOf(invocation)
    const name = nameOf(invocation)
    const clients = chosenClients(invocation, machine)
    const target = invocation.flags.remove ? undefined : await targetOf(invocation)
    const results = clients.map((client) => setUp(invocation, machine, client, name, target))
    printData(invocation, { ok: results.every(({ error }) => !error), clients: results }, () =>
      results
        .filter(({ error }) => !error)
        .map((result) => lineOf(result, name))
        .join('\n'),
    )
    for (const { error } of results) if (error) invocation.terminal.warn(`holdfast: ${error}\n`)
    return results.some(({ error }) => error) ? exit.failed : exit.done
  },
}

/** The files of the person who runs this. */
export function machineOf({ terminal: { env } }: Invocation): Machine {
  const { platform } = process
  return { os: platform === 'win32' || platform === 'darwin' ? platform : 'linux', env }
}

/** The name of the entry; throws UsageError for one that a client may refuse. */
export function nameOf(invocation: Invocation): string {
  const name = textOf(invocation, 'name') ?? 'holdfast'
  if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name)) {
    throw new UsageError('--name takes letters, digits, - and _, at most 64', 'connect')
  }
  return name
}

interface Result extends Partial<Applied> {
  client: ClientId
  /** With --print: what would be written. */
  block?: string
  installed?: boolean
  /** What to do now. */
  next?: string
  error?: string
}

function setUp(
  { flags, terminal: { self } }: Invocation,
  machine: Machine,
  client: ClientFile,
  name: string,
  target: Target | undefined,
): Result {
  const { id } = client
  try {
    const { file, installed } = locate(client, machine)
    const change = (text: string) =>
      target ? client.merge(text, name, entryFor(id, target, self)) : client.remove(text, name)
    const applied = apply(client, file, name, change, flags.print === true)
    const next = applied.action === 'unchanged' || applied.action === 'absent' ? {} : { next: client.next }
    if (!flags.print || !target) return { client: id, installed, ...applied, ...next }
    const masked = 'key' in target && !flags['show-key'] && target.key !== keyToCome
    const shown = masked ? { ...target, key: '********' } : target
    return { client: id, installed, ...applied, block: blockOf(formOf(id), name, entryFor(id, shown, self)) }
  } catch (error) {
    return { client: id, error: `${formOf(id).title}: ${(error as Error).message}` }
  }
}

const said: Record<Action, string> = {
  added: 'added',
  updated: 'updated',
  unchanged: 'is set up already:',
  removed: 'removed',
  absent: 'has no',
}

function lineOf({ client, action, file, backup, block, next, installed }: Result, name: string): string {
  const { title } = formOf(client)
  if (block !== undefined) return `${title}, ${file}:\n\n${block}`
  const lines = [`${title}: ${said[action!]} ${name} in ${file}`]
  if (installed === false && action === 'added') lines.push(`${title} was not found on this machine`)
  if (backup) lines.push(`what stood there before is in ${backup}`)
  if (next) lines.push(next)
  return lines.join('\n  ')
}
