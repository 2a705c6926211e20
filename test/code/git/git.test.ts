import { afterAll, beforeAll, expect, test } from 'bun:test'
import { createGit } from '../../../src/modules/code/git/git'
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
  expect(git.run(['version'])).rejects.toMatchObject({ kind: 'unavailable', code: 'git_missing' })
})

test('/status has the state of the code index', async () => {
  const { components } = (await (await app.send('/status')).json()) as { components: Record<string, unknown> }
  expect(components.code).toBe('healthy')
})

test('a server that cannot find git is degraded, and says why', async () => {
  const { createMachine } = await import('../../../src/modules/code/jobs/machine')
  const { jobsPart } = await import('../../../src/modules/code/jobs/jobs')
  const machine = createMachine({ now: Date.now, folder: emptyFolder } as never)
  const part = jobsPart({ ...machine, git: createGit(emptyFolder(), () => null) })
  expect(await part.check!()).toEqual({
    status: 'degraded',
    detail: 'git is not installed: repositories cannot be indexed',
  })
})

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
