import { asObject, asText, lineFinder, type Package } from './package'

/** Characters of a manifest that somebody wrote; the parser's time grows with the square of its keys. */
const longest = 100_000

function read(text: string): Record<string, unknown> {
  if (text.length > longest) return {}
  try {
    return asObject(Bun.TOML.parse(text))
  } catch {
    return {}
  }
}

const versionOf = (value: unknown): string | undefined =>
  asText(value) ??
  asText(asObject(value).version) ??
  asText(asObject(value).git) ??
  asText(asObject(value).path)

type LineOf = ReturnType<typeof lineFinder>

const tableOf = (lineOf: LineOf, table: unknown, kind: string): Package[] =>
  Object.entries(asObject(table)).map(([name, value]) => ({
    name,
    kind,
    wanted: versionOf(value),
    line: lineOf(name),
  }))

/** Cargo.toml, those of targets and of the workspace too. */
export function readCargo(text: string): Package[] {
  const manifest = read(text)
  const lineOf = lineFinder(text)
  const tables = [
    manifest,
    asObject(manifest.workspace),
    ...Object.values(asObject(manifest.target)).map(asObject),
  ]
  return tables.flatMap((table) => [
    ...tableOf(lineOf, table.dependencies, 'runtime'),
    ...tableOf(lineOf, table['dev-dependencies'], 'development'),
    ...tableOf(lineOf, table['build-dependencies'], 'build'),
  ])
}

/** Cargo.lock, poetry.lock and uv.lock: a list of packages, as their tools write it. */
export const readTomlLock = (text: string): Package[] =>
  text
    .split(/^\[\[package\]\]/m)
    .slice(1)
    .flatMap((block) => {
      const [name, version] = ['name', 'version'].map(
        (key) => new RegExp(`^${key} = "([^"\\n]*)"`, 'm').exec(block)?.[1],
      )
      return name ? [{ name, kind: 'locked', version }] : []
    })

/** `requests[socks] >= 2.1 ; python_version < "3"` */
export function requirement(text: string, kind: string, line?: number): Package[] {
  const [, name, wanted] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)/.exec(text) ?? []
  return name ? [{ name, kind, wanted: wanted?.trim() || undefined, line }] : []
}

/** pyproject.toml: the standard's lists, dependency groups and Poetry's tables. */
export function readPyproject(text: string): Package[] {
  const manifest = read(text)
  const lineOf = lineFinder(text)
  const project = asObject(manifest.project)
  const lists: [unknown, string][] = [
    [project.dependencies, 'runtime'],
    [asObject(manifest['build-system']).requires, 'build'],
    ...Object.values(asObject(project['optional-dependencies'])).map((list): [unknown, string] => [
      list,
      'optional',
    ]),
    ...Object.values(asObject(manifest['dependency-groups'])).map((list): [unknown, string] => [
      list,
      'development',
    ]),
  ]
  const poetry = asObject(asObject(manifest.tool).poetry)
  const groups = Object.values(asObject(poetry.group)).map((group) => asObject(group).dependencies)
  return [
    ...lists.flatMap(([list, kind]) =>
      (Array.isArray(list) ? list : [])
        .flatMap((one) => requirement(asText(one) ?? '', kind))
        .map((found) => ({ ...found, line: lineOf(found.name) })),
    ),
    ...tableOf(lineOf, poetry.dependencies, 'runtime').filter(({ name }) => name !== 'python'),
    ...[poetry['dev-dependencies'], ...groups].flatMap((table) => tableOf(lineOf, table, 'development')),
  ]
}
