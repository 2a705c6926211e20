import { expect, test } from 'bun:test'
import { chmodSync, existsSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packFolder } from '../../src/release/archive'
import { billOfMaterials } from '../../src/release/bill'
import { buildDebian } from '../../src/release/debian'
import { startOnce, wayToStart } from '../../src/release/start'
import { findTool, runTool } from '../deploy/tool'
import { emptyFolder } from '../kit/folder'

const root = join(import.meta.dir, '../..')

test('an archive’s bytes depend on what is in it, not on when or in which folder', () => {
  const pack = (time: number) => {
    const [content, out] = [emptyFolder(), emptyFolder()]
    for (const name of time > 1e9 ? ['b', 'a'] : ['a', 'b']) writeFileSync(join(content, name), name)
    for (const place of [join(content, 'a'), content]) utimesSync(place, time, time)
    packFolder(content, join(out, 'x.tar.gz'))
    return readFileSync(join(out, 'x.tar.gz'))
  }
  expect(pack(1_500_000_000).equals(pack(1000))).toBe(true)
})

test('the bill of materials names what ships, and only that', () => {
  const { components, ...bill } = billOfMaterials(root) as {
    components: { name: string; purl?: string }[]
    bomFormat: string
  }
  const names = components.map(({ name }) => name)
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const name of Object.keys(dependencies)) expect(names).toContain(name)
  for (const name of ['typescript', 'playwright-core', '@biomejs/biome']) {
    expect(Object.keys(devDependencies)).toContain(name)
    expect(names).not.toContain(name)
  }
  expect(bill.bomFormat).toBe('CycloneDX')
  expect(components.find(({ name }) => name === 'elysia')?.purl).toBe(`pkg:npm/elysia@${dependencies.elysia}`)
})

const dpkg = findTool('dpkg-deb', 'dpkg')

test.skipIf(!dpkg)('the Debian package unpacks to what its unit needs, and twice to the same bytes', () => {
  const folder = emptyFolder()
  const binary = join(folder, 'holdfast')
  writeFileSync(binary, '#!/bin/sh\n')
  chmodSync(binary, 0o755)
  const build = () => readFileSync(buildDebian(binary, '1.2.3', 'amd64', emptyFolder()))
  const file = buildDebian(binary, '1.2.3', 'amd64', folder)
  expect(readFileSync(file).equals(build())).toBe(true)
  const unpacked = join(folder, 'unpacked')
  expect(runTool(dpkg!, ['-x', file, unpacked]).code).toBe(0)
  for (const path of [
    'usr/bin/holdfast',
    'usr/lib/systemd/system/holdfast.service',
    'usr/lib/sysusers.d/holdfast.conf',
  ]) {
    expect(existsSync(join(unpacked, path)), path).toBe(true)
  }
  expect(statSync(join(unpacked, 'etc/holdfast/credentials')).mode & 0o777).toBe(0o700)
  expect(runTool(dpkg!, ['-f', file, 'Package', 'Version', 'Architecture']).text).toContain('Version: 1.2.3')
  for (const script of ['postinst', 'prerm']) {
    expect(runTool('sh', ['-n', join(folder, 'deb-amd64/DEBIAN', script)])).toEqual({ code: 0, text: '' })
  }
})

test('a binary is started by itself or by an emulator; what cannot be is said, what does not start is refused', () => {
  const debian = {
    platform: 'linux',
    arch: 'x64',
    musl: false,
    which: (program: string) => (program === 'qemu-aarch64' ? '/usr/bin/qemu-aarch64' : null),
    exists: () => true,
  }
  expect(wayToStart('linux-x64', debian)).toEqual([])
  expect(wayToStart('linux-arm64', debian)).toEqual(['/usr/bin/qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'])
  expect(wayToStart('linux-arm64', { ...debian, which: () => null })).toContain('qemu-user')
  expect(wayToStart('linux-x64-musl', debian)).toContain('musl')
  expect(wayToStart('linux-x64-musl', { ...debian, musl: true })).toEqual([])
  for (const name of ['darwin-arm64', 'windows-x64']) expect(wayToStart(name, debian)).toContain('it wants')

  const binary = join(emptyFolder(), 'holdfast')
  const place = (script: string) => {
    writeFileSync(binary, script)
    chmodSync(binary, 0o755)
  }
  const native = `${process.platform}-${process.arch}${existsSync('/etc/alpine-release') ? '-musl' : ''}`
  place('#!/bin/sh\necho holdfast $1\n')
  expect(startOnce(native, binary)).toBe('starts: holdfast version')
  place('#!/bin/sh\necho broken >&2; exit 1\n')
  expect(() => startOnce(native, binary)).toThrow(`${native} does not start: broken`)
})
