import type { Command } from './command'
import { columns } from './print'

/** `holdfast keys create --tier TIER …` */
export function usageOf(command: Command): string {
  const flags = Object.entries(command.flags ?? {}).map(([name, { value, required }]) => {
    const text = value ? `--${name} ${value}` : `--${name}`
    return required ? text : `[${text}]`
  })
  const positionals = (command.positionals ?? []).map(({ name, required }) => (required ? name : `[${name}]`))
  const json = command.json ? ['[--json]'] : []
  return ['holdfast', command.name, ...positionals, ...flags, ...json].join(' ')
}

/** Rows of flag and meaning. */
export function flagRows(command: Command): string[][] {
  const rows = Object.entries(command.flags ?? {}).map(([name, { value, description }]) => [
    value ? `--${name} ${value}` : `--${name}`,
    description,
  ])
  if (command.json) rows.push(['--json', 'print JSON'])
  if (command.settings ?? true) {
    rows.push(['--env-file FILE', 'read settings from this file instead of .env'])
    rows.push(['--<setting> VALUE', 'any setting, e.g. --data-dir ./data (see holdfast config)'])
  }
  return rows
}

/** Help on one command. */
export function commandHelp(command: Command): string {
  const rows = flagRows(command)
  return [
    command.summary,
    ...(command.details ? ['', command.details] : []),
    '',
    `Usage:   ${usageOf(command)}`,
    `Example: ${command.example}`,
    ...(rows.length > 0 ? ['', columns(rows).replace(/^/gm, '  ')] : []),
  ].join('\n')
}

/** A list of commands, each with its summary. */
export const commandList = (commands: readonly Command[]) =>
  columns(commands.map(({ name, summary }) => [name, summary])).replace(/^/gm, '  ')

/** Help on everything. */
export const overview = (
  commands: readonly Command[],
) => `Holdfast: the backend of an MCP product in one file.

Usage: holdfast [command] [flags]      (no command: serve)

${commandList(commands)}

holdfast help COMMAND explains one of them, e.g. holdfast help keys create. Exit codes: 0 done, 1 failed, 2 misused, 78 bad settings.`
