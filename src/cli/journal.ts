import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { App } from '../app'
import { type Command, type Invocation, textOf, UsageError } from './command'
import { exit } from './exit'
import { withApp } from './open'
import { localPrincipal } from './stdio'

const owner = {
  value: 'ID',
  description: 'owner of the journal: a user id, or the hash that keys and subscriptions show',
  required: true,
}
const format = { value: 'FORMAT', description: 'json (default), csv or markdown' }

const exportJournal: Command = {
  name: 'journal export',
  summary: 'Write an owner’s journal to stdout or a file',
  flags: { owner, format, out: { value: 'FILE', description: 'write here instead of stdout' } },
  example: 'holdfast journal export --owner local --format json --out journal.json',
  run: (invocation) =>
    withApp(invocation, async (app) => {
      const format = textOf(invocation, 'format') ?? 'json'
      const output = (await call(app, 'export_journal', { format }, invocation)) as Record<string, unknown>
      const text = contentOf(output)
      const out = textOf(invocation, 'out')
      if (out) await writeFile(resolve(invocation.terminal.cwd, out), text)
      else invocation.terminal.print(text)
      return exit.done
    }),
}

/** The document inside the answer, as a text that ends in a line break. */
function contentOf(output: Record<string, unknown>): string {
  const { content } = output
  const text = typeof content === 'string' ? content : JSON.stringify(content ?? output, null, 2)
  return text.endsWith('\n') ? text : `${text}\n`
}

async function call(app: App, name: string, input: unknown, invocation: Invocation): Promise<unknown> {
  const bound = app.dispatcher.find(name)
  if (!bound) throw new UsageError('the journal is not among MODULES', 'config')
  const principal = { ...localPrincipal, id: textOf(invocation, 'owner')! }
  const context = {
    principal,
    requestId: crypto.randomUUID(),
    transport: 'cli' as const,
    signal: new AbortController().signal,
    header: () => undefined,
  }
  return (await app.dispatcher.dispatch(bound, input, context)).output
}

export const journalCommands = [exportJournal]
