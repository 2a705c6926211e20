import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { version } from '../version'
import { packFolder, run } from './archive'
import { billOfMaterials } from './bill'
import { buildDebian } from './debian'
import { startOnce } from './start'

/** Where the binary runs, in the names of downloads, and Bun's name for it; an architecture of Debian where there is a package. */
const platforms = [
  { name: 'linux-x64', target: 'bun-linux-x64', debian: 'amd64' },
  { name: 'linux-arm64', target: 'bun-linux-arm64', debian: 'arm64' },
  { name: 'linux-x64-musl', target: 'bun-linux-x64-musl' },
  { name: 'linux-arm64-musl', target: 'bun-linux-arm64-musl' },
  { name: 'darwin-x64', target: 'bun-darwin-x64' },
  { name: 'darwin-arm64', target: 'bun-darwin-arm64' },
  { name: 'windows-x64', target: 'bun-windows-x64' },
]

/** Builds everything that is published: `bun run release [--only linux-x64,…] [--out dist/release]`. */
function release(): void {
  process.umask(0o022)
  const { values } = parseArgs({
    options: { only: { type: 'string' }, out: { type: 'string', default: 'dist/release' } },
  })
  const root = join(import.meta.dir, '../..')
  const out = resolve(values.out)
  const chosen = values.only?.split(',') ?? platforms.map(({ name }) => name)
  const unknown = chosen.filter((name) => !platforms.some((one) => one.name === name))
  if (unknown.length > 0)
    throw new Error(
      `there is no ${unknown.join(', ')}; there are ${platforms.map(({ name }) => name).join(', ')}`,
    )
  rmSync(out, { recursive: true, force: true })
  const work = join(out, 'work')
  for (const platform of platforms.filter(({ name }) => chosen.includes(name))) {
    console.log(`${platform.name} …`)
    buildPlatform(platform, root, work, out)
  }
  writeFileSync(
    join(out, `holdfast-${version}.cdx.json`),
    `${JSON.stringify(billOfMaterials(root), null, 2)}\n`,
  )
  cpSync(join(root, 'deploy/install.sh'), join(out, 'install.sh'))
  rmSync(work, { recursive: true, force: true })
  writeFileSync(join(out, 'SHA256SUMS'), run('sha256sum', readdirSync(out).sort(), out))
  console.log(run('ls', ['-lh', out]))
}

function buildPlatform(
  { name, target, debian }: (typeof platforms)[number],
  root: string,
  work: string,
  out: string,
): void {
  const folder = join(work, name)
  mkdirSync(folder, { recursive: true })
  const binary = compile(target, root, folder)
  const again = join(work, 'again')
  if (digest(compile(target, root, again)) !== digest(binary))
    throw new Error(`${name}: two builds of the same source differ`)
  rmSync(again, { recursive: true })
  console.log(`  ${startOnce(name, binary)}`)
  for (const file of ['README.md', 'CHANGELOG.md']) cpSync(join(root, file), join(folder, file))
  packFolder(folder, join(out, `holdfast-${version}-${name}.tar.gz`))
  if (debian) {
    const made = buildDebian(binary, version, debian, work)
    run('mv', [made, out])
  }
}

/** The name of the file is part of the build: two builds are the same bytes only under one name. */
function compile(target: string, root: string, folder: string): string {
  mkdirSync(folder, { recursive: true })
  run(process.execPath, ['src/build.ts', '--target', target, '--outfile', join(folder, 'holdfast')], root)
  return join(folder, target.includes('windows') ? 'holdfast.exe' : 'holdfast')
}

const digest = (file: string) => new Bun.CryptoHasher('sha256').update(readFileSync(file)).digest('hex')

try {
  release()
} catch (error) {
  console.error(`release: ${(error as Error).message}`)
  process.exitCode = 1
}
