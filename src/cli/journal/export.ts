import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { App } from '../../app'
import { type Command, type Invocation, textOf } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { count } from '../print'
import { callAsOwner, formatFlag, formatOf, ownerFlag } from './call'
import { type FormatName, joinFiles } from './file-parts'

interface Part {
  content: string
  count: number
  next_cursor: string | null
}

export const exportJournal: Command = {
  name: 'journal export',
  existing: true,
  summary: 'Write an owner’s whole journal to stdout or a file',
  flags: {
    owner: ownerFlag,
    format: formatFlag,
    out: { value: 'FILE', description: 'write here instead of stdout' },
  },
  json: true,
  example: 'holdfast journal export --owner local --out journal.json',
  async run(invocation) {
    const { terminal } = invocation
    const out = textOf(invocation, 'out')
    const format = invocation.json ? 'json' : formatOf(invocation, out)
    return withApp(invocation, async (app) => {
      const parts = await readAll(app, invocation, format)
      const content = joinFiles(
        format,
        parts.map((part) => part.content),
      )
      const entries = parts.reduce((sum, part) => sum + part.count, 0)
      if (out) await writeFile(resolve(terminal.cwd, out), content, { mode: 0o600 })
      else terminal.print(content.endsWith('\n') ? content : `${content}\n`)
      terminal.warn(`Exported ${count(entries, 'entry', 'entries')}${out ? ` to ${out}` : ''}\n`)
      return exit.done
    })
  },
}

async function readAll(app: App, invocation: Invocation, format: FormatName): Promise<Part[]> {
  const parts: Part[] = []
  let cursor: string | null | undefined
  while (cursor !== null) {
    const input = { format, limit: 1000, ...(cursor ? { cursor } : {}) }
    const part: Part = await callAsOwner(app, invocation, 'export_journal', input)
    parts.push(part)
    cursor = part.next_cursor
  }
  return parts
}
