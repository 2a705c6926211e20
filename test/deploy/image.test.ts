import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, cpSync, mkdirSync, readFileSync, realpathSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { emptyFolder } from '../kit/folder'
import { start } from '../kit/process'
import { runTool } from './tool'

const root = join(import.meta.dir, '../..')
const dockerfile = readFileSync(join(root, 'Dockerfile'), 'utf8')

/** The lines of one stage. */
const stage = (name: string) =>
  dockerfile.split(/^FROM /m).find((text) => text.split('\n')[0]!.endsWith(` AS ${name}`))!

/** A namespace of mounts in which a chroot can have /proc: that needs root and a kernel that lets it. */
const canChroot =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['--mount', 'sh', '-c', 'mount --bind /proc /mnt']).status === 0
if (!canChroot) console.warn('SKIPPED: the image is not rehearsed: no root, or no mount namespaces here')

test('every stage that serves runs as a user, answers for its health, and clears what would load foreign code', () => {
  for (const name of ['runtime', 'code', 'fly']) {
    const text = stage(name)
    expect(text, name).toContain('HEALTHCHECK')
    expect(text, name).toContain('BUN_OPTIONS= BUN_BE_BUN=')
    expect(text, name).toMatch(name === 'fly' ? /RUN_AS=65532:65532/ : /^USER 65532:65532$/m)
  }
  expect(
    dockerfile
      .trim()
      .split(/^FROM /m)
      .at(-1),
  ).toStartWith('$RUNTIME AS runtime')
  expect(stage('code')).toContain('git')
})

test('every line is an instruction, and every stage stands on one that is known', () => {
  const lines = dockerfile.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  const known = /^(FROM|ARG|WORKDIR|COPY|RUN|ENV|USER|EXPOSE|VOLUME|HEALTHCHECK|ENTRYPOINT|CMD) /
  const joined = lines.join('\n').replaceAll('\\\n', '').split('\n')
  expect(joined.filter((line) => !known.test(line))).toEqual([])
  expect(lines.filter((line) => line.startsWith('FROM')).map((line) => line.split(' AS ')[1])).toEqual([
    'build',
    'code',
    'fly',
    'runtime',
  ])
})

test('the image has the Bun that the tests run on', () => {
  expect(stage('build')).toContain(`oven/bun:${Bun.version} `)
})

test.skipIf(!canChroot)(
  'what the image holds serves, with the commands that build it, as user 65532',
  async () => {
    const source = emptyFolder()
    for (const [, from] of stage('build').matchAll(/^COPY (.+) \S+$/gm)) {
      for (const name of from!.split(' ')) cpSync(join(root, name), join(source, name), { recursive: true })
    }
    for (const [, command] of stage('build').matchAll(/^RUN (.+)$/gm)) {
      const env = { ...process.env, TARGETARCH: process.arch === 'arm64' ? 'arm64' : 'amd64' }
      const words = ['-c', command!.replace('mkdir /data', 'mkdir data')]
      const done = spawnSync('sh', words, { cwd: source, env, encoding: 'utf8' })
      expect(done.status, done.stderr).toBe(0)
    }
    const image = emptyFolder()
    chmodSync(image, 0o755)
    cpSync(join(source, 'dist/holdfast'), join(image, 'holdfast'))
    for (const name of ['proc', 'data', 'tmp']) mkdirSync(join(image, name))
    chownSync(join(image, 'data'), 65532, 65532)
    for (const library of runTool('ldd', [join(image, 'holdfast')]).text.matchAll(/(\/\S+) \(0x/g)) {
      const place = join(image, dirname(library[1]!))
      mkdirSync(place, { recursive: true })
      cpSync(realpathSync(library[1]!), join(place, basename(library[1]!)))
    }
    const inside = (words: string) => [
      'unshare',
      '--mount',
      'sh',
      '-c',
      `mount --bind /proc ${image}/proc && exec chroot --userspec=65532:65532 ${image} /holdfast ${words}`,
    ]
    const env = { DATA_DIR: '/data', PORT: '0', OTEL_PROMETHEUS_PORT: '0' }
    const server = start([], { cwd: image, env, command: inside('serve') })
    try {
      const [, url] = await server.seen(/Holdfast listens on (\S+)/)
      const health = start([], { cwd: image, env, command: inside(`health ${url}/readyz`) })
      expect(await health.ended(), health.stderr()).toBe(0)
      const status = readFileSync(`/proc/${server.process.pid}/status`, 'utf8')
      expect(status).toMatch(/^Uid:\s+65532\s+65532\s+65532\s+65532$/m)
      expect(status).toMatch(/^CapEff:\s+0+$/m)
      expect(await server.end('SIGTERM')).toBe(0)
    } finally {
      server.process.kill('SIGKILL')
    }
  },
)
