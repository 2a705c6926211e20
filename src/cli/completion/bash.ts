import type { Words } from './words'

/** A script for bash 4 and newer; it needs nothing but bash. */
export function bashScript({ first, second, flags, settings }: Words): string {
  const groups = [...second].map(
    ([word, rest]) => `    ${word}) group='${rest.map((one) => one.word).join(' ')}' ;;`,
  )
  const cases = flags.map(
    ({ name, flags: own, settings: takes }) =>
      `    '${name}') flags="${own.map(({ flag }) => flag).join(' ')}${takes ? ' $settings' : ''}" ;;`,
  )
  return `# bash completion of holdfast: source it, or put it into /usr/share/bash-completion/completions/holdfast
_holdfast() {
  local current=\${COMP_WORDS[COMP_CWORD]} first=\${COMP_WORDS[1]:-} second=\${COMP_WORDS[2]:-} group='' flags=''
  local settings='${settings.join(' ')}'
  COMPREPLY=()
  if ((COMP_CWORD == 1)) && [[ $current != -* ]]; then
    COMPREPLY=($(compgen -W '${first.map(({ word }) => word).join(' ')}' -- "$current"))
    return
  fi
  case $first in
${groups.join('\n')}
  esac
  if ((COMP_CWORD == 2)) && [[ -n $group && $current != -* ]]; then
    COMPREPLY=($(compgen -W "$group" -- "$current"))
    return
  fi
  local command=$first
  [[ " $group " == *" $second "* && -n $second ]] && command="$first $second"
  [[ $first == -* ]] && command=serve
  case $command in
${cases.join('\n')}
  esac
  [[ $current == -* ]] && COMPREPLY=($(compgen -W "$flags" -- "$current"))
}
complete -o default -F _holdfast holdfast
`
}
