import { afterAll, beforeAll, expect, test } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isPassing } from '../../../src/modules/code/git/failure'
import { createGit, type Git } from '../../../src/modules/code/git/git'
import { canPin } from '../../../src/modules/code/git/pinning'
import { type RemoteAddress, routeTo } from '../../../src/modules/code/git/remote'
import { jobsPart } from '../../../src/modules/code/jobs/jobs'
import { startApp, type TestApp } from '../../kit/app'
import { emptyFolder } from '../../kit/folder'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

test('without git there is no version, and whoever needs it is told what is missing', async () => {
  const git = createGit(emptyFolder(), () => null)
  expect(await git.version()).toBeUndefined()
  const fault = await git.run(['version']).catch((error: unknown) => error)
  expect(fault).toMatchObject({ kind: 'unavailable', code: 'git_missing' })
  expect(isPassing(fault)).toBe(false)
})

test('/status has the state of the code index', async () => {
  const { components } = (await (await app.send('/status')).json()) as { components: Record<string, unknown> }
  expect(components.code).toBe('healthy')
})

test('a server that cannot find git is degraded, and says why', async () => {
  const { createMachine } = await import('../../../src/modules/code/jobs/machine')
  const machine = createMachine({ now: Date.now, folder: emptyFolder, openThread: () => undefined } as never)
  const part = jobsPart({ ...machine, git: createGit(emptyFolder(), () => null) })
  expect(await part.check!()).toEqual({
    status: 'degraded',
    detail: 'git is not installed: repositories cannot be indexed',
  })
})

test('a git that would look a host up a second time is not let at public hosts', async () => {
  const folder = emptyFolder()
  const old = join(folder, 'git')
  writeFileSync(old, '#!/bin/sh\necho git version 2.36.9\n', { mode: 0o700 })
  const address = { kind: 'remote', transport: 'https', host: 'git.example', port: 443 } as RemoteAddress
  const options = {
    folder,
    timeoutSeconds: 1,
    largestPack: 1,
    largestFile: 1,
    resolve: async () => ['1.1.1.1'],
  }
  const route = (git: Git, allowPrivate: boolean) => routeTo(git, address, { ...options, allowPrivate })
  const oldGit = createGit(folder, () => old)
  await expect(route(oldGit, false)).rejects.toMatchObject({ kind: 'unavailable', code: 'git_too_old' })
  expect((await route(oldGit, true)).config).toEqual(['protocol.https.allow=always'])
  const { config } = await route(createGit(folder), false)
  expect(config).toContain('http.curloptResolve=git.example:443:1.1.1.1')
  const machine = { git: oldGit, host: { now: Date.now, settings: {} } } as never
  expect(await jobsPart(machine).check!()).toMatchObject({ status: 'degraded' })
})

test.each([
  ['2.36.9', false],
  ['1.99', false],
  ['2.37', true],
  ['2.39.5', true],
  ['3.0.0', true],
])('git %s can be pinned: %p', (version, can) => expect(canPin(version)).toBe(can))

test('git sees nothing of this process’ environment but what it needs', async () => {
  process.env.GIT_CONFIG_COUNT = '1'
  process.env.GIT_CONFIG_KEY_0 = 'alias.version'
  process.env.GIT_DIR = '/nonexistent'
  try {
    const { output } = await createGit(emptyFolder()).run(['-c', 'alias.env=!env', 'env'])
    expect(output).not.toContain('GIT_CONFIG_COUNT')
    expect(output).not.toMatch(/^GIT_DIR=\/nonexistent$/m)
    expect(output).toContain('GIT_TERMINAL_PROMPT=0')
  } finally {
    for (const name of ['GIT_CONFIG_COUNT', 'GIT_CONFIG_KEY_0', 'GIT_DIR']) delete process.env[name]
  }
})
