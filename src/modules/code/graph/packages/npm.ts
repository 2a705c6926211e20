import { parse } from 'jsonc-parser'
import { asObject, asText, lineFinder, type Package } from './package'

const kinds = {
  dependencies: 'runtime',
  devDependencies: 'development',
  peerDependencies: 'peer',
  optionalDependencies: 'optional',
}

/** package.json. */
export function readPackageJson(text: string): Package[] {
  const manifest = asObject(parse(text))
  const lineOf = lineFinder(text)
  return Object.entries(kinds).flatMap(([field, kind]) =>
    Object.entries(asObject(manifest[field])).map(([name, wanted]) => ({
      name,
      kind,
      wanted: asText(wanted),
      line: lineOf(name),
    })),
  )
}

/** package-lock.json of versions 1 to 3. */
export function readPackageLock(text: string): Package[] {
  const lock = asObject(parse(text))
  const nested = Object.entries(asObject(lock.packages)).flatMap(([path, found]) => {
    const name = path.split('node_modules/').at(-1)!
    return path.includes('node_modules/') ? [[name, found] as const] : []
  })
  const flat = nested.length > 0 ? nested : Object.entries(asObject(lock.dependencies))
  return flat.map(([name, found]) => locked(name, asText(asObject(found).version)))
}

const locked = (name: string, version: string | undefined): Package => ({ name, kind: 'locked', version })

/** yarn.lock, classic and current. */
export function readYarnLock(text: string): Package[] {
  const entry = /^"?((?:@[^@/\s"]+\/)?[^@\s"]+)@[^\n]*:\n {2}version:? "?([^"\n]+)"?/gm
  return [...text.matchAll(entry)].map((match) => locked(match[1]!, match[2]))
}

/** pnpm-lock.yaml: `/name@1.0.0(peers):` or `name@1.0.0:` below `packages`. */
export function readPnpmLock(text: string): Package[] {
  const at = text.search(/^packages:/m)
  const entry = /^ {2}'?\/?((?:@[^@/\s']+\/)?[^@/\s']+)[@/]([0-9][^:('\s]*)(?=[:('\s])[^\n]*:$/gm
  return at < 0 ? [] : [...text.slice(at).matchAll(entry)].map((match) => locked(match[1]!, match[2]))
}

/** bun.lock. */
export function readBunLock(text: string): Package[] {
  const { packages } = asObject(parse(text, [], { allowTrailingComma: true }))
  return Object.values(asObject(packages)).flatMap((found) => {
    const [, name, version] =
      /^(.+)@([^@]+)$/.exec(asText(Array.isArray(found) ? found[0] : undefined) ?? '') ?? []
    return name && version && !version.startsWith('workspace:') ? [locked(name, version)] : []
  })
}
