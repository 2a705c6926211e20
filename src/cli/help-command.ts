import { type Command, UsageError } from './command'
import { exit } from './exit'
import { commandHelp, commandList, overview } from './help'

/** `holdfast help [COMMAND]` over a list that includes itself. */
export const createHelp = (commands: () => readonly Command[]): Command => ({
  name: 'help',
  summary: 'Explain holdfast or one of its commands',
  settings: false,
  positionals: [
    { name: 'COMMAND', required: false },
    { name: 'SUBCOMMAND', required: false },
  ],
  example: 'holdfast help keys create',
  async run({ positionals, terminal }) {
    terminal.print(`${explain(commands(), positionals)}\n`)
    return exit.done
  },
})

function explain(commands: readonly Command[], words: string[]): string {
  if (words.length === 0) return overview(commands)
  const name = words.join(' ')
  const command = commands.find((one) => one.name === name)
  if (command) return commandHelp(command)
  const group = commands.filter((one) => one.name.startsWith(`${name} `))
  if (group.length === 0) throw new UsageError(`there is no command ${name}`)
  const [first] = group as [Command]
  return `${commandList(group)}\n\nholdfast help ${first.name} explains one of them.\nExample: ${first.example}`
}
