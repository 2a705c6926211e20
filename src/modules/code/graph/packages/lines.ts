import type { Package } from './package'
import { requirement } from './toml'

const eachLine = (text: string, read: (line: string, number: number) => Package[]): Package[] =>
  text.split('\n').flatMap((line, index) => read(line, index + 1))

/** requirements.txt; `==` settles the version. */
export const readRequirements = (text: string): Package[] =>
  eachLine(text, (line, number) =>
    /^\s*(#|-)/.test(line)
      ? []
      : requirement(line, 'runtime', number).map((found) => ({
          ...found,
          version: /^==\s*([^,\s]+)$/.exec(found.wanted ?? '')?.[1],
        })),
  )

/** go.mod: versions there are settled. */
export const readGoMod = (text: string): Package[] =>
  eachLine(text, (line, number) => {
    const [, name, version] = /^\s*(?:require\s+)?([\w./~-]+)\s+(v\d\S*)/.exec(line) ?? []
    const kind = /\/\/\s*indirect/.test(line) ? 'indirect' : 'runtime'
    return name && hasHost(name) && !/^\s*(replace|exclude|module)\b/.test(line) && !line.includes('=>')
      ? [{ name, kind, wanted: version, version, line: number }]
      : []
  })

/** `github.com/acme/log`: a dot in the first part. */
const hasHost = (name: string) => name.split('/', 1)[0]!.indexOf('.', 1) > 0

/** pom.xml. */
export function readPom(text: string): Package[] {
  const packages: Package[] = []
  let line = 1
  let counted = 0
  for (const { at, inner } of elements(text, 'dependency')) {
    for (; counted < at; counted++) if (text[counted] === '\n') line++
    const field = (name: string) => elements(inner, name).next().value?.inner.trim() || undefined
    const [group, artifact] = [field('groupId'), field('artifactId')]
    const kind = field('scope') === 'test' ? 'development' : 'runtime'
    if (group && artifact)
      packages.push({ name: `${group}:${artifact}`, kind, wanted: field('version'), line })
  }
  return packages
}

/** What stands between the tags of this name, one behind the other. */
function* elements(text: string, name: string): Generator<{ at: number; inner: string }> {
  const [open, close] = [`<${name}>`, `</${name}>`]
  for (let at = text.indexOf(open); at >= 0; ) {
    const end = text.indexOf(close, at)
    if (end < 0) return
    yield { at, inner: text.slice(at + open.length, end) }
    at = text.indexOf(open, end)
  }
}

/** build.gradle and build.gradle.kts. */
export const readGradle = (text: string): Package[] =>
  eachLine(text, (line, number) => {
    const [, scope, name, wanted] = /^\s*(\w+)[\s(]+["']([\w.-]+:[\w.-]+)(?::([\w.+-]+))?/.exec(line) ?? []
    return name && /implementation|api|compile|only|kapt/i.test(scope!)
      ? [{ name, kind: /test/i.test(scope!) ? 'development' : 'runtime', wanted, line: number }]
      : []
  })

/** Gemfile. */
export const readGemfile = (text: string): Package[] =>
  eachLine(text, (line, number) => {
    const [, name, wanted] = /^\s*gem\s+["']([\w.-]+)["'](?:\s*,\s*["']([^"']+)["'])?/.exec(line) ?? []
    return name ? [{ name, kind: 'runtime', wanted, line: number }] : []
  })

/** Gemfile.lock. */
export const readGemfileLock = (text: string): Package[] =>
  [...text.matchAll(/^ {4}([\w.-]+) \(([\w.-]+)\)$/gm)].map((match) => ({
    name: match[1]!,
    kind: 'locked',
    version: match[2],
  }))

/** composer.json and composer.lock. */
export function readComposer(text: string): Package[] {
  let manifest: Record<string, unknown>
  try {
    manifest = JSON.parse(text)
  } catch {
    return []
  }
  const table = (value: unknown, kind: string) =>
    Object.entries((value ?? {}) as Record<string, string>).map(([name, wanted]) => ({
      name,
      kind,
      wanted: String(wanted),
    }))
  const settled = [manifest.packages, manifest['packages-dev']].flatMap((list) =>
    Array.isArray(list) ? list : [],
  )
  if (settled.length > 0)
    return settled.map(({ name, version }) => ({
      name: String(name),
      kind: 'locked',
      version: String(version),
    }))
  return [...table(manifest.require, 'runtime'), ...table(manifest['require-dev'], 'development')]
}
