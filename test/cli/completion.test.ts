import { expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commands } from '../../src/cli/commands'
import { findTool, runTool } from '../deploy/tool'
import { cli, emptyFolder } from './rig'

const shells = { bash: findTool('bash', 'bash'), zsh: findTool('zsh', 'zsh'), fish: findTool('fish', 'fish') }

/** The script of a shell, in a file. */
async function script(shell: string): Promise<string> {
  const { code, stdout } = await cli(`completion ${shell}`)
  expect(code).toBe(0)
  const file = join(emptyFolder(), `holdfast.${shell}`)
  writeFileSync(file, stdout)
  return file
}

for (const [shell, binary] of Object.entries(shells)) {
  test.skipIf(!binary)(`${shell} reads its script, which names every command`, async () => {
    const file = await script(shell)
    expect(runTool(binary!, ['-n', file])).toEqual({ code: 0, text: '' })
    const text = await Bun.file(file).text()
    for (const { name } of commands) expect(text).toContain(name.split(' ').at(-1)!)
  })
}

/** What bash offers when these words stand on the line, the last one unfinished. */
async function offered(...words: string[]): Promise<string[]> {
  const line = ['holdfast', ...words].map((word) => `'${word}'`).join(' ')
  const file = await script('bash')
  const { text } = runTool('bash', [
    '-c',
    `source ${file}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _holdfast; printf '%s\\n' "\${COMPREPLY[@]}"`,
  ])
  return text.trim().split('\n')
}

test('bash offers commands, second words, flags of the command, and settings', async () => {
  expect(await offered('ser')).toEqual(['serve'])
  expect(await offered('backup', '')).toEqual(['create', 'list', 'verify', 'restore'])
  expect(await offered('health', '--wa')).toEqual(['--wait'])
  expect(await offered('serve', '--data-')).toEqual(['--data-dir'])
  expect(await offered('version', '--data-')).toEqual([''])
})

test.skipIf(!shells.fish)('fish offers them too', async () => {
  const file = await script('fish')
  const offer = (line: string) =>
    runTool(shells.fish!, ['--no-config', '-c', `source ${file}; complete -C '${line}'`], {
      HOME: emptyFolder(),
    }).text
  expect(offer('holdfast ser')).toStartWith('serve\t')
  expect(offer('holdfast backup ver')).toStartWith('verify\t')
  expect(offer('holdfast health --wa')).toStartWith('--wait\t')
  expect(offer('holdfast serve --data-')).toContain('--data-dir')
})

test('another shell is told which there are', async () => {
  const { code, stderr } = await cli('completion tcsh')
  expect([code, stderr]).toEqual([2, expect.stringContaining('bash, zsh or fish')])
})

const groff = findTool('groff', 'groff-base')

test.skipIf(!groff)('the manual page is sound and holds every command', async () => {
  const { stdout } = await cli('man')
  const file = join(emptyFolder(), 'holdfast.1')
  writeFileSync(file, stdout)
  expect(runTool(groff!, ['-man', '-ww', '-z', '-Tutf8', file])).toEqual({ code: 0, text: '' })
  const { text } = runTool(groff!, ['-man', '-Tascii', '-P-c', '-rLL=9000n', file])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: overstruck letters are how terminals of old showed bold ones
  const read = text.replace(/.\x08/g, '').replace(/\s+/g, ' ')
  for (const { name, example } of commands) {
    expect(read).toContain(`holdfast ${name}`)
    expect(read).toContain(example)
  }
})
