import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { App } from '../../app'
import { AppError } from '../../core/errors'
import type { Command, Invocation } from '../command'
import { exit } from '../exit'
import { withApp } from '../open'
import { printData } from '../print'
import { callAsOwner, formatFlag, formatOf, ownerFlag } from './call'
import { splitFile } from './file-parts'

interface Report {
  imported: number
  duplicates: number
  failed: number
  rows: { row: number; status: string; error: string | null }[]
}

export const importJournal: Command = {
  name: 'journal import',
  summary: 'Store the entries of a file, or of stdin, in an owner’s journal',
  details:
    'Takes what journal export wrote. Entries that are there already are left alone, so a file can be imported again. Large files go in parts of 1,000 entries, each of them all or nothing. Exits with 1 when an entry failed.',
  positionals: [{ name: 'FILE', required: false }],
  flags: {
    owner: ownerFlag,
    format: { ...formatFlag, description: 'json, csv or markdown; default by the name of the file' },
    partial: { description: 'store what fits and report the rest' },
  },
  json: true,
  example: 'holdfast journal import journal.json --owner local --partial',
  async run(invocation) {
    const file = invocation.positionals[0]
    const format = formatOf(invocation, file)
    const text = await readInput(invocation, file)
    return withApp(invocation, async (app) => {
      const total: Report = { imported: 0, duplicates: 0, failed: 0, rows: [] }
      let before = 0
      for (const part of splitFile(format, text)) {
        const input = { format, content: part.text, partial: invocation.flags.partial === true }
        add(total, await importPart(app, invocation, input, before), before)
        before += part.records
      }
      printData(invocation, total, summary)
      return total.failed === 0 ? exit.done : exit.failed
    })
  },
}

async function readInput({ terminal }: Invocation, file: string | undefined): Promise<string> {
  if (file === undefined) return terminal.input()
  const path = resolve(terminal.cwd, file)
  // A folder is only noticed by reading, whose error names no path.
  return readFile(path, 'utf8').catch((error) => {
    throw Object.assign(error, { path })
  })
}

async function importPart(app: App, invocation: Invocation, input: object, before: number): Promise<Report> {
  try {
    return await callAsOwner<Report>(app, invocation, 'import_journal', input)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    const done = before === 0 ? '' : `after the first ${before} entries, which were imported: `
    throw new Error(`${done}${inWordsOfTheFile(error.message, before)}`, { cause: error })
  }
}

/** A refusal counts rows from the part's first, and names the argument where a command line has a flag. */
const inWordsOfTheFile = (message: string, before: number) =>
  message
    .replace(/\/rows\/(\d+)/, (_, row) => `/rows/${Number(row) + before}`)
    .replace('partial: true', '--partial')

function add(total: Report, part: Report, before: number): void {
  total.imported += part.imported
  total.duplicates += part.duplicates
  total.failed += part.failed
  for (const row of part.rows) total.rows.push({ ...row, row: row.row + before })
}

function summary({ imported, duplicates, failed, rows }: Report): string {
  const faults = rows
    .filter(({ status }) => status === 'failed')
    .map(({ row, error }) => `entry ${row}: ${error}`)
  return [`${imported} imported, ${duplicates} there already, ${failed} failed`, ...faults].join('\n')
}
