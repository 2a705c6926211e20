import type { Words } from './words'

/** A script for fish: `~/.config/fish/completions/holdfast.fish`. */
export function fishScript({ first, second, flags, settings }: Words): string {
  const none = 'not __fish_seen_subcommand_from $holdfast_first'
  const lines = first.map(({ word, summary }) => line(none, `-a ${word}`, summary))
  for (const [word, rest] of second) {
    const seen = rest.map((one) => one.word).join(' ')
    const here = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${seen}`
    lines.push(...rest.map((one) => line(here, `-a ${one.word}`, one.summary)))
  }
  for (const { name, flags: own, settings: takes } of flags) {
    const here = name
      .split(' ')
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join('; and ')
    for (const { flag, summary, value } of own) {
      lines.push(line(here, `-l ${flag.slice(2)}${value ? ' -r' : ''}`, summary))
    }
    if (takes) lines.push(`complete -c holdfast -n ${quoted(here)} -a '(__holdfast_settings)'`)
  }
  return `# fish completion of holdfast: ~/.config/fish/completions/holdfast.fish
set -g holdfast_first ${first.map(({ word }) => word).join(' ')}
function __holdfast_settings
  string match -q -- '-*' (commandline -ct); and printf '%s\\n' ${settings.join(' ')}
end
complete -c holdfast -f -n 'not __fish_seen_subcommand_from $holdfast_first'
${lines.join('\n')}
`
}

const line = (condition: string, words: string, summary: string) =>
  `complete -c holdfast -n ${quoted(condition)} ${words} -d ${quoted(summary)}`

const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
