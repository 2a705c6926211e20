import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { migrations } from '../../migrations'
import { compareLayout, type LayoutFile, supabaseLayout } from '../platform/storage/supabase-layout'
import type { Command, Invocation } from './command'
import { exit } from './exit'
import { count, printData } from './print'

const usual = 'deploy/supabase/migrations'

const exportSteps: Command = {
  name: 'migrate export',
  summary: 'Write the schema as files for the Supabase CLI',
  details: `Into FOLDER, ${usual} when none is given: one file a step, for supabase db push. With --check nothing is written: exits with 1 and names each difference between the folder and this binary.`,
  positionals: [{ name: 'FOLDER', required: false }],
  flags: { check: { description: 'compare only' } },
  settings: false,
  json: true,
  example: `holdfast migrate export ${usual} --check`,
  run: async (invocation) =>
    invocation.flags.check ? check(invocation) : write(invocation, supabaseLayout(migrations)),
}

const validate: Command = {
  ...exportSteps,
  name: 'validate-migrations',
  summary: 'The same as migrate export --check',
  details: `Compares FOLDER, ${usual} when none is given, with the steps of this binary; exits with 1 and names each difference.`,
  flags: {},
  example: 'holdfast validate-migrations',
  run: async (invocation) => check(invocation),
}

const folderOf = ({ positionals, terminal }: Invocation) => resolve(terminal.cwd, positionals[0] ?? usual)

function write(invocation: Invocation, files: LayoutFile[]): number {
  const folder = folderOf(invocation)
  mkdirSync(folder, { recursive: true })
  for (const { name, text } of files) writeFileSync(join(folder, name), text)
  printData(
    invocation,
    { folder, files: files.map(({ name }) => name) },
    () => `wrote ${count(files.length, 'file')} to ${folder}`,
  )
  return exit.done
}

function check(invocation: Invocation): number {
  const folder = folderOf(invocation)
  const differences = compareLayout(supabaseLayout(migrations), readFiles(folder))
  printData(invocation, { folder, equal: differences.length === 0, differences }, () =>
    differences.length === 0
      ? `${folder} equals this binary's ${count(migrations.length, 'step')}`
      : differences.join('\n'),
  )
  return differences.length === 0 ? exit.done : exit.failed
}

function readFiles(folder: string): LayoutFile[] {
  try {
    const names = readdirSync(folder).filter((name) => name.endsWith('.sql'))
    return names.map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
  } catch {
    return []
  }
}

export const migrateExportCommands = [exportSteps, validate]
