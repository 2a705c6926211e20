import type { Command } from './command'
import { usageOf } from './help'

/** docs/cli.md: every command with its flags and an example. */
export function cliMarkdown(commands: readonly Command[]): string {
  return `${introduction}\n${commands.map(section).join('\n')}`
}

const introduction = `# Commands

<!-- Generated from the declarations in src/cli: change those, then run \`bun run docs\`. -->

\`holdfast\` alone is \`holdfast serve\`. \`holdfast COMMAND --help\` explains a command at the terminal. Every setting is a flag of every command that
reads settings: \`--data-dir ./data\` is \`DATA_DIR\` (docs/settings.md), and \`--env-file FILE\` names a file of them. A switch can be written \`--name\`,
\`--no-name\` or \`--name=false\`.

Data goes to stdout, everything else to stderr: which database was used, warnings, one line when something fails (with \`LOG_LEVEL=DEBUG\` the
stack, too). With \`--json\` the data is JSON.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | failed |
| 2 | misused: an unknown command or flag, a surplus or missing argument; nothing was started |
| 78 | settings are wrong; every fault is listed |

\`BUN_OPTIONS\` can load foreign code into the program, so it refuses to run where that is set, unless \`HOLDFAST_ALLOW_BUN_OPTIONS=1\`.
`

function section(command: Command): string {
  const { name, summary, details, example } = command
  const text = details ? `${summary}. ${details}` : `${summary}.`
  return `## ${name}\n\n${text}\n\n    ${usageOf(command)}\n\n${flags(command)}Example: \`${example}\`\n`
}

function flags({ flags = {}, json }: Command): string {
  const rows = Object.entries(flags).map(([name, { value, description }]) => [
    value ? `--${name} ${value}` : `--${name}`,
    description,
  ])
  if (json) rows.push(['--json', 'print JSON'])
  if (rows.length === 0) return ''
  return `| flag | |\n| --- | --- |\n${rows.map(([flag, meaning]) => `| \`${flag}\` | ${meaning} |`).join('\n')}\n\n`
}
