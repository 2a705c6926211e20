import { version } from '../version'
import type { Command } from './command'
import { exit } from './exit'
import { flagRows, usageOf } from './help'

/** A command that needs the list that it stands in. */
export const createMan = (commands: () => readonly Command[]): Command => ({
  name: 'man',
  summary: 'Print the manual page',
  details: 'Read it with `holdfast man | man -l -`, or install it as /usr/share/man/man1/holdfast.1.',
  settings: false,
  example: 'holdfast man',
  async run({ terminal }) {
    terminal.print(manPage(commands()))
    return exit.done
  },
})

/** holdfast(1), in man(7)'s macros. */
export const manPage = (commands: readonly Command[]): string => `.TH HOLDFAST 1 "" "holdfast ${version}"
.nh
.SH NAME
holdfast \\- the backend of an MCP product in one file
.SH SYNOPSIS
.B holdfast
[\\fIcommand\\fR] [\\fIflags\\fR]
.SH DESCRIPTION
Without a command it is
.BR "holdfast serve" .
Every setting is a flag of every command that reads settings:
.B \\-\\-data\\-dir ./data
is
.BR DATA_DIR .
.B holdfast config
lists them with their values.
.SH COMMANDS
${commands.map(section).join('')}.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 1
failed
.TP
.B 2
misused: an unknown command or flag, a surplus or missing argument
.TP
.B 78
settings are wrong; every fault is listed
.SH FILES
.TP
.I ./data
the data folder, unless
.B DATA_DIR
or, under systemd,
.B STATE_DIRECTORY
names another
.TP
.I .env
settings, read from the working directory
`

function section(command: Command): string {
  const rows = flagRows(command).map(([flag, meaning]) => `.TP\n.B ${roff(flag!)}\n${roff(meaning!)}\n`)
  const flags = rows.length > 0 ? `.RS\n${rows.join('')}.RE\n` : ''
  return `.SS ${roff(usageOf(command))}
${roff(`${command.summary}.`)}
${command.details ? `.PP\n${roff(command.details)}\n` : ''}${flags}.PP
Example:
.B ${roff(command.example)}
`
}

/** Text as roff takes it: no escapes, no line that looks like a request, hyphens that can be copied. */
const roff = (text: string) =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('…', '...')
    .replaceAll('’', "'")
    .replace(/^([.'])/gm, '\\&$1')
