import { expect, test } from 'bun:test'
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packFolder, run } from '../../src/release/archive'
import { runTool } from '../deploy/tool'
import { emptyFolder } from '../kit/folder'

const script = join(import.meta.dir, '../../deploy/install.sh')
const platform = `linux-${process.arch === 'arm64' ? 'arm64' : 'x64'}`
const archive = `holdfast-9.9.9-${platform}.tar.gz`

/** A release whose program leaves a mark where it runs. */
function publish() {
  const [folder, content, home] = [emptyFolder(), emptyFolder(), emptyFolder()]
  const mark = join(home, 'it-ran')
  writeFileSync(join(content, 'holdfast'), `#!/bin/sh\ntouch ${mark}\necho "holdfast 9.9.9"\n`)
  chmodSync(join(content, 'holdfast'), 0o755)
  packFolder(content, join(folder, archive))
  writeFileSync(join(folder, 'SHA256SUMS'), run('sha256sum', [archive], folder))
  const install = (...args: string[]) => runTool('sh', [script, ...args], { HOME: home })
  return { folder, home, mark, install, installed: join(home, '.local/bin/holdfast') }
}

test('installs for this user, from a folder, and again over itself', () => {
  const { folder, install, installed, home } = publish()
  const said = install('--from', folder)
  expect(said.code, said.text).toBe(0)
  expect(said.text).toContain(`installed holdfast 9.9.9 as ${home}/.local/bin/holdfast`)
  expect(runTool(installed, ['version']).text).toBe('holdfast 9.9.9\n')
  expect(install('--from', folder, '--version', '9.9.9').code).toBe(0)
})

test('installs over HTTP into another folder', async () => {
  const { folder, home, install } = publish()
  mkdirSync(join(home, 'bin'))
  const server = Bun.spawn([process.execPath, '-e', serveFolder, folder], { stdout: 'pipe' })
  try {
    const { value } = await server.stdout.getReader().read()
    const from = new TextDecoder().decode(value).trim()
    const said = install('--from', from, '--to', join(home, 'bin'))
    expect(said.code, said.text).toBe(0)
    expect(existsSync(join(home, 'bin/holdfast'))).toBe(true)
  } finally {
    server.kill()
  }
})

const serveFolder = `const server = Bun.serve({ port: 0, hostname: '127.0.0.1',
  fetch: (request) => new Response(Bun.file(process.argv[1] + new URL(request.url).pathname)) })
console.log(server.url.href.replace(/\\/$/, ''))`

test.each([
  ['altered', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, -1), Buffer.from([bytes.at(-1)! ^ 1])])],
  ['cut', (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
])('an archive that was %s is refused: nothing runs, nothing is installed', (_, change) => {
  const { folder, install, installed, mark } = publish()
  const file = join(folder, archive)
  writeFileSync(file, change(readFileSync(file)))
  const { code, text } = install('--from', folder)
  expect(code).toBe(1)
  expect(text).toContain('is not what SHA256SUMS says')
  expect(text.trim().split('\n')).toHaveLength(1)
  expect([existsSync(mark), existsSync(installed)]).toEqual([false, false])
})

test.each([
  [['--from'], '--from needs a value'],
  [[], '--from is missing'],
  [['--from', 'http://example.com'], '--from must be https'],
  [['--into', 'x'], 'there is no option --into'],
  [['--from', '/nowhere-at-all'], 'cannot get /nowhere-at-all/SHA256SUMS'],
])('%p is told what to do', (args, says) => {
  const { install, installed } = publish()
  const { code, text } = install(...args)
  expect(code).toBe(1)
  expect(text).toContain(says)
  expect(existsSync(installed)).toBe(false)
})

test('a version or folder that is not to be had is said', () => {
  const { folder, install } = publish()
  expect(install('--from', folder, '--version', '1.0.0').text).toContain(
    `names no archive for ${platform} of version 1.0.0`,
  )
  expect(install('--from', folder, '--to', '/proc/nothing').text).toContain('cannot write to /proc/nothing')
})
