import { formOf } from '../../platform/mcp/clients/forms'
import { type Command, type Invocation, textOf } from '../command'
import { locate } from '../connect/apply'
import { clientNamed } from '../connect/chosen-clients'
import type { ClientFile } from '../connect/client-file'
import { clientFiles } from '../connect/client-files'
import { machineOf, nameOf } from '../connect/connect'
import { readText } from '../connect/replace-file'
import { seconds } from '../duration'
import { exit } from '../exit'
import { columns, printData } from '../print'
import { type Checked, checkEntry } from './check-entry'

export const doctorMcp: Command = {
  name: 'doctor mcp',
  summary: 'Start the server the way an MCP client would, and say what it saw',
  details:
    'Reads the client’s own entry, starts its command or calls its URL, shakes hands and lists the tools in both eras of the protocol. Without CLIENT: every client that has such an entry. Changes nothing. Exits with 1 when a client would fail.',
  positionals: [{ name: 'CLIENT', required: false }],
  flags: {
    name: { value: 'NAME', description: 'what the client calls the server; default holdfast' },
    timeout: { value: 'TIME', description: 'how long one answer may take; default 15s' },
  },
  settings: false,
  json: true,
  example: 'holdfast doctor mcp cursor',
  async run(invocation) {
    const checks: Checked[] = []
    for (const client of chosen(invocation)) checks.push(await check(invocation, client))
    const ok = checks.length > 0 && checks.every((one) => one.ok)
    if (checks.length === 0)
      throw new Error(`no client has an entry ${nameOf(invocation)}: ${advice('CLIENT')}`)
    printData(invocation, { ok, clients: checks }, () => table(checks))
    return ok ? exit.done : exit.failed
  },
}

const advice = (id: string) => `holdfast connect ${id} writes one`

function chosen(invocation: Invocation): ClientFile[] {
  const [id] = invocation.positionals
  if (id !== undefined) return [clientNamed(id, 'doctor mcp')]
  return clientFiles.filter((client) => holdsEntry(client, invocation))
}

function holdsEntry(client: ClientFile, invocation: Invocation): boolean {
  const name = nameOf(invocation)
  let text: string | undefined
  try {
    text = readText(locate(client, machineOf(invocation)).file)
    return text !== undefined && client.read(text, name) !== undefined
  } catch {
    // A file of somebody else's that is broken is worth a line only to someone who asks for this client.
    return text?.includes(name) ?? false
  }
}

async function check(invocation: Invocation, client: ClientFile): Promise<Checked> {
  const { file } = locate(client, machineOf(invocation))
  const about = { client: client.id, file }
  try {
    const name = nameOf(invocation)
    const entry = client.read(readText(file) ?? '', name)
    if (!entry) return { ...about, ok: false, error: `there is no entry ${name}`, next: advice(client.id) }
    const patience = seconds(textOf(invocation, 'timeout') ?? '15s', 'timeout') * 1000
    return {
      ...about,
      ...(await checkEntry(entry, invocation.terminal.env, machineOf(invocation), patience)),
    }
  } catch (error) {
    const next = 'correct the file by hand; clients ignore one that they cannot read'
    return { ...about, ok: false, error: (error as Error).message, next }
  }
}

function table(checks: Checked[]): string {
  const rows = checks.flatMap(({ client, file, ok, target, error, next, eras = [] }) => {
    const head = target ? `${file} → ${target}` : file
    const lines = eras.map((era) => [
      era.ok ? 'pass' : ok ? 'warn' : 'fail',
      era.era,
      era.ok ? `${era.server}, ${era.tools} tools, ${era.milliseconds} ms` : era.error!,
    ])
    const last = lines.at(-1)
    const fault = error ? [['fail', '', error]] : []
    const all = [[ok ? 'pass' : 'fail', formOf(client).title, head], ...lines, ...fault]
    if (next) all.at(-1)![2] += `\n      → ${next}`
    return last || fault.length > 0 ? all : all.slice(0, 1)
  })
  return columns(rows)
}
