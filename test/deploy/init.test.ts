import { expect, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { targets } from '../../src/platform/deploy/targets'
import { cli, emptyFolder, json } from '../cli/rig'

const secret = 'postgres://holdfast:a-very-secret-word@db.example.com:5432/holdfast'

test.each(targets.map(({ name }) => name))(
  '%s: files for these settings, with no secret in them',
  async (name) => {
    const cwd = emptyFolder()
    const env = {
      PORT: '9001',
      OTEL_PROMETHEUS_PORT: '9002',
      DATABASE_URL: secret,
      PUBLIC_URL: 'https://tools.example.org',
      MCP_SERVER_NAME: 'Tools "of" 100% ours',
    }
    const { files, next } = await json<{ files: { path: string }[]; next: string[] }>(
      `init ${name} --out made`,
      { cwd, env },
    )
    const texts = files.map(({ path }) => readFileSync(path, 'utf8'))
    expect(texts.length).toBeGreaterThan(0)
    expect(next.length).toBeGreaterThan(0)
    const all = texts.join('\n') + next.join('\n')
    expect(all).not.toContain('a-very-secret-word')
    expect(all).toContain('9001')
    expect(all).toContain('tools.example.org')
  },
)

test('what somebody changed is not replaced without --force, and then nothing else is written either', async () => {
  const cwd = emptyFolder()
  writeFileSync(join(cwd, 'holdfast.service'), 'mine')
  const refused = await cli('init systemd', { cwd })
  expect(refused.code).toBe(1)
  expect(refused.stderr).toContain('holdfast.service exists and says something else: replace with --force')
  expect(existsSync(join(cwd, 'holdfast.sysusers'))).toBe(false)
  expect(readFileSync(join(cwd, 'holdfast.service'), 'utf8')).toBe('mine')
  const forced = await cli('init systemd --force', { cwd })
  expect(forced.stdout).toContain('replaced holdfast.service')
  expect(forced.stdout).toContain('written holdfast.sysusers')
  expect((await cli('init systemd', { cwd })).stdout).toContain('unchanged holdfast.service')
})

test('an unknown platform is told the nearest', async () => {
  const { code, stderr } = await cli('init ngin')
  expect(code).toBe(2)
  expect(stderr).toContain('did you mean nginx?')
})

test('a value of several lines stays one setting; a family is no variable', async () => {
  const cwd = emptyFolder()
  const env = { DATABASE_SSL_CA: 'one\ntwo', METRICS_API_KEY_ANY: 'x'.repeat(40) }
  await cli('init systemd', { cwd, env })
  await cli('init compose', { cwd, env })
  expect(readFileSync(join(cwd, 'holdfast.service'), 'utf8')).toContain(
    'Environment="DATABASE_SSL_CA=one\\ntwo"\n',
  )
  const compose = readFileSync(join(cwd, 'compose.yaml'), 'utf8')
  expect(compose).toContain('DATABASE_SSL_CA: "one\\ntwo"')
  expect(compose).not.toContain('METRICS_API_KEY')
})

test.each(['nginx', 'apache'])('%s: what comes next begins with the certificate', async (name) => {
  const { next } = await json<{ next: string[] }>(`init ${name}`)
  expect(next[0]).toContain('/etc/ssl/certs/holdfast.pem')
  expect(next[0]).toContain('/etc/ssl/private/holdfast.key')
})
