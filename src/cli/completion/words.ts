import type { Command } from '../command'
import { settingFlags } from '../setting-flags'

/** What can be typed after `holdfast`, as the scripts of all shells need it. */
export interface Words {
  /** The first word of every command, with a summary. */
  first: { word: string; summary: string }[]
  /** Second words by first word. */
  second: Map<string, { word: string; summary: string }[]>
  /** Flags of each command by its name, without those of settings. */
  flags: { name: string; settings: boolean; flags: { flag: string; summary: string; value: boolean }[] }[]
  /** Flags of every setting. */
  settings: string[]
}

export function wordsOf(commands: readonly Command[]): Words {
  const second: Words['second'] = new Map()
  const first = new Map<string, string>()
  for (const { name, summary } of commands) {
    const [word, rest] = name.split(' ') as [string, string?]
    if (rest) second.set(word, [...(second.get(word) ?? []), { word: rest, summary }])
    if (!rest || !first.has(word)) first.set(word, summary)
  }
  for (const [word, rest] of second) first.set(word, rest.map((one) => one.word).join(', '))
  return {
    first: [...first].map(([word, summary]) => ({ word, summary })),
    second,
    flags: commands.map(flagsOf),
    settings: [...settingFlags().keys()].map((name) => `--${name}`),
  }
}

function flagsOf({ name, flags = {}, json, settings = true }: Command): Words['flags'][number] {
  const own = Object.entries(flags).map(([flag, { description, value }]) => ({
    flag: `--${flag}`,
    summary: description,
    value: value !== undefined,
  }))
  if (json) own.push({ flag: '--json', summary: 'print JSON', value: false })
  if (settings) own.push({ flag: '--env-file', summary: 'read settings from this file', value: true })
  own.push({ flag: '--help', summary: 'explain the command', value: false })
  return { name, settings, flags: own }
}
