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
    const [, name, version] = /^\s*(?:require\s+)?([\w.~-]+\.[\w./~-]+)\s+(v\d\S*)/.exec(line) ?? []
    const kind = /\/\/\s*indirect/.test(line) ? 'indirect' : 'runtime'
    return name && !/^\s*(replace|exclude|module)\b/.test(line) && !line.includes('=>')
      ? [{ name, kind, wanted: version, version, line: number }]
      : []
  })

/** pom.xml. */
export function readPom(text: string): Package[] {
  return [...text.matchAll(/<dependency>([\s\S]*?)<\/dependency>/g)].flatMap((match) => {
    const field = (name: string) => new RegExp(`<${name}>\\s*([^<]+?)\\s*</${name}>`).exec(match[1]!)?.[1]
    const [group, artifact] = [field('groupId'), field('artifactId')]
    const line = text.slice(0, match.index).split('\n').length
    const kind = field('scope') === 'test' ? 'development' : 'runtime'
    return group && artifact ? [{ name: `${group}:${artifact}`, kind, wanted: field('version'), line }] : []
  })
}

/** build.gradle and build.gradle.kts. */
export const readGradle = (text: string): Package[] =>
  eachLine(text, (line, number) => {
    const [, scope, name, wanted] =
      /^\s*(\w*(?:implementation|api|compile|Only|kapt)\w*)[\s(]+["']([\w.-]+:[\w.-]+)(?::([\w.+-]+))?/i.exec(
        line,
      ) ?? []
    return name
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
