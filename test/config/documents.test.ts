import { expect, test } from 'bun:test'
import { modules } from '../../src/app'
import { envExample, settingsMarkdown } from '../../src/platform/config/document'
import { loadConfig } from '../../src/platform/config/load'
import { expectDocument } from '../kit/document'
import { writeEnvFile } from './rig'

test('docs/settings.md is what the declarations say', () => {
  expectDocument('docs/settings.md', settingsMarkdown(modules))
})

test('.env.example is what the declarations say', () => {
  expectDocument('.env.example', envExample(modules))
})

test('.env.example with every line switched on is valid', () => {
  const text = envExample(modules).replace(/^# ([A-Z0-9_]+=.+)$/gm, '$1')
  const { entries } = loadConfig({ env: {}, flags: {}, cwd: writeEnvFile(text), modules })
  expect(entries.filter(({ source }) => source === 'env file').length).toBeGreaterThan(10)
})
