import { asObject, asText, lineOf, type Package } from './package'

function read(text: string): Record<string, unknown> {
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

const tableOf = (text: string, table: unknown, kind: string): Package[] =>
  Object.entries(asObject(table)).map(([name, value]) => ({
    name,
    kind,
    wanted: versionOf(value),
    line: lineOf(text, name),
  }))

/** Cargo.toml, those of targets and of the workspace too. */
export function readCargo(text: string): Package[] {
  const manifest = read(text)
  const tables = [
    manifest,
    asObject(manifest.workspace),
    ...Object.values(asObject(manifest.target)).map(asObject),
  ]
  return tables.flatMap((table) => [
    ...tableOf(text, table.dependencies, 'runtime'),
    ...tableOf(text, table['dev-dependencies'], 'development'),
    ...tableOf(text, table['build-dependencies'], 'build'),
  ])
}

/** Cargo.lock, poetry.lock and uv.lock: a list of packages. */
export function readTomlLock(text: string): Package[] {
  const { package: packages } = read(text)
  return (Array.isArray(packages) ? packages : []).flatMap((found) => {
    const [name, version] = [asText(asObject(found).name), asText(asObject(found).version)]
    return name ? [{ name, kind: 'locked', version }] : []
  })
}

/** `requests[socks] >= 2.1 ; python_version < "3"` */
export function requirement(text: string, kind: string, line?: number): Package[] {
  const [, name, wanted] = /^\s*([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]*\])?\s*([^;#]*)/.exec(text) ?? []
  return name ? [{ name, kind, wanted: wanted?.trim() || undefined, line }] : []
}

/** pyproject.toml: the standard's lists, dependency groups and Poetry's tables. */
export function readPyproject(text: string): Package[] {
  const manifest = read(text)
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
        .map((found) => ({ ...found, line: lineOf(text, found.name) })),
    ),
    ...tableOf(text, poetry.dependencies, 'runtime').filter(({ name }) => name !== 'python'),
    ...[poetry['dev-dependencies'], ...groups].flatMap((table) => tableOf(text, table, 'development')),
  ]
}
