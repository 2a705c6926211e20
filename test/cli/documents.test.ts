import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { migrations } from '../../migrations'
import { commands } from '../../src/cli/commands'
import { cliMarkdown } from '../../src/cli/document'
import { parse } from '../../src/cli/parse'
import { supabaseLayout } from '../../src/platform/storage/supabase-layout'
import { expectDocument } from '../kit/document'
import { cli } from './rig'

test('docs/cli.md is what the declarations say', () => {
  expectDocument('docs/cli.md', cliMarkdown(commands))
})

test('deploy/supabase/migrations is what the steps say', () => {
  const files = supabaseLayout(migrations)
  for (const { name, text } of files) expectDocument(`deploy/supabase/migrations/${name}`, text)
  expect(readdirSync('deploy/supabase/migrations').sort()).toEqual(files.map(({ name }) => name))
})

for (const command of commands) {
  test(`${command.name} --help explains it with an example that parses`, async () => {
    const { code, stdout } = await cli(`${command.name} --help`)
    expect(code).toBe(0)
    expect(stdout).toContain(command.example)
    expect(stdout).toBe((await cli(`help ${command.name}`)).stdout)
    const words = command.example.split(' ').slice(1)
    expect(words.join(' ')).toStartWith(command.name)
    parse(command, words.slice(command.name.split(' ').length))
  })
}

test('a group of commands is explained with an example', async () => {
  const { code, stdout } = await cli('keys --help')
  expect(code).toBe(0)
  expect(stdout).toContain('Example: holdfast keys create')
})

test('help lists every command', async () => {
  const { code, stdout } = await cli('help')
  expect(code).toBe(0)
  for (const { name } of commands) expect(stdout).toContain(`  ${name} `)
  expect((await cli('--help')).stdout).toBe(stdout)
})

test('no flag of a command hides a setting', async () => {
  const { settingFlags } = await import('../../src/cli/setting-flags')
  const settings = settingFlags()
  const hidden = commands.flatMap(({ name, flags }) =>
    Object.keys(flags ?? {})
      .filter((flag) => settings.has(flag))
      .map((flag) => `${name} --${flag}`),
  )
  expect(hidden).toEqual([])
})
