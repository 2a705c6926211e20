import type { Words } from './words'

type Entry = { word: string; summary: string }

/** A script for zsh: a file named `_holdfast` in a folder of `$fpath`. */
export function zshScript({ first, second, flags, settings }: Words): string {
  const groups = [...second].map(([word, rest]) => `    ${word}) group=(${list(rest)}) ;;`)
  const cases = flags.map(({ name, flags: own, settings: takes }) => {
    const entries = own.map(({ flag, summary }) => ({ word: flag, summary }))
    return `    ${quoted(name)}) flags=(${list(entries)}${takes ? ' $settings' : ''}) ;;`
  })
  return `#compdef holdfast
_holdfast() {
  local -a first group flags settings
  local command=$words[2]
  first=(${list(first)})
  settings=(${settings.map(quoted).join(' ')})
  if ((CURRENT == 2)) && [[ $words[2] != -* ]]; then
    _describe command first
    return
  fi
  case $words[2] in
${groups.join('\n')}
  esac
  if ((CURRENT == 3 && $#group)) && [[ $words[3] != -* ]]; then
    _describe command group
    return
  fi
  (($#group)) && command="$words[2] $words[3]"
  [[ $words[2] == -* ]] && command=serve
  case $command in
${cases.join('\n')}
  esac
  if [[ $words[CURRENT] == -* ]]; then
    _describe flag flags
  else
    _files
  fi
}
compdef _holdfast holdfast
`
}

const list = (entries: Entry[]) =>
  entries.map(({ word, summary }) => quoted(`${word}:${summary.replaceAll(':', '\\\\:')}`)).join(' ')

const quoted = (text: string) => `'${text.replaceAll("'", "'\\\\''")}'`
