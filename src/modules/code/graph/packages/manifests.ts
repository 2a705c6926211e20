import { nameOf } from '../resolution/project'
import {
  readComposer,
  readGemfile,
  readGemfileLock,
  readGoMod,
  readGradle,
  readPom,
  readRequirements,
} from './lines'
import { readBunLock, readPackageJson, readPackageLock, readPnpmLock, readYarnLock } from './npm'
import type { Manifest, Package } from './package'
import { readCargo, readPyproject, readTomlLock } from './toml'

const readers: [file: RegExp, ecosystem: string, read: (text: string) => Package[]][] = [
  [/^package\.json$/, 'npm', readPackageJson],
  [/^(package-lock|npm-shrinkwrap)\.json$/, 'npm', readPackageLock],
  [/^yarn\.lock$/, 'npm', readYarnLock],
  [/^pnpm-lock\.yaml$/, 'npm', readPnpmLock],
  [/^bun\.lock$/, 'npm', readBunLock],
  [/^requirements[\w.-]*\.txt$/, 'pypi', readRequirements],
  [/^pyproject\.toml$/, 'pypi', readPyproject],
  [/^(poetry|uv|pdm)\.lock$/, 'pypi', readTomlLock],
  [/^go\.mod$/, 'go', readGoMod],
  [/^Cargo\.toml$/, 'cargo', readCargo],
  [/^Cargo\.lock$/, 'cargo', readTomlLock],
  [/^pom\.xml$/, 'maven', readPom],
  [/^build\.gradle(\.kts)?$/, 'maven', readGradle],
  [/^Gemfile$/, 'rubygems', readGemfile],
  [/^Gemfile\.lock$/, 'rubygems', readGemfileLock],
  [/^composer\.(json|lock)$/, 'packagist', readComposer],
]

const readerOf = (path: string) => readers.find(([file]) => file.test(nameOf(path)))

/** Whether a file names packages. */
export const namesPackages = (path: string): boolean => readerOf(path) !== undefined

/** The packages of a manifest or lock file; one that cannot be read has none. */
export function readManifest(path: string, text: string): Manifest | undefined {
  const [, ecosystem, read] = readerOf(path) ?? []
  if (!ecosystem || !read) return undefined
  try {
    const unique = new Map(
      read(text).map((found) => [`${found.kind} ${found.name} ${found.version ?? ''}`, found]),
    )
    return { ecosystem, packages: [...unique.values()] }
  } catch {
    return { ecosystem, packages: [] }
  }
}
