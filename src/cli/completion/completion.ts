import { type Command, UsageError } from '../command'
import { exit } from '../exit'
import { bashScript } from './bash'
import { fishScript } from './fish'
import { wordsOf } from './words'
import { zshScript } from './zsh'

const scripts: Record<string, typeof bashScript> = { bash: bashScript, zsh: zshScript, fish: fishScript }

/** A command that needs the list that it stands in. */
export const createCompletion = (commands: () => readonly Command[]): Command => ({
  name: 'completion',
  summary: 'Print a script that completes commands and flags in a shell',
  details: `SHELL is bash, zsh or fish. For bash: source <(holdfast completion bash). For zsh, as the file _holdfast in a folder of $fpath. For fish: holdfast completion fish > ~/.config/fish/completions/holdfast.fish.`,
  positionals: [{ name: 'SHELL', required: true }],
  settings: false,
  example: 'holdfast completion bash',
  async run({ positionals, terminal }) {
    const script = Object.hasOwn(scripts, positionals[0]!) && scripts[positionals[0]!]
    if (!script) throw new UsageError('completion is for bash, zsh or fish', 'completion')
    terminal.print(script(wordsOf(commands())))
    return exit.done
  },
})
