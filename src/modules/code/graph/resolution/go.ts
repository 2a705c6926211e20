import { readGoMod } from '../packages/lines'
import { below, folderOf, foldersUp, type Project, type Resolution, type Wanted } from './project'

/** Go: packages of the repository's modules are folders; others by the module that a go.mod requires. */
export function goResolver(project: Project): (wanted: Wanted) => Resolution {
  const modules = project
    .named('go.mod')
    .map((path) => ({ folder: folderOf(path), text: project.text(path) ?? '' }))
    .map(({ folder, text }) => ({ folder, text, name: moduleOf(text) }))
  const byName = new Map<string, string[]>()
  for (const { name, folder } of modules)
    if (name !== undefined) byName.set(name, [...(byName.get(name) ?? []).slice(0, mostAlike), folder])
  const required = new Set(modules.flatMap(({ text }) => readGoMod(text)).map(({ name }) => name))
  return ({ specifier }) => {
    for (const name of foldersUp(specifier)) {
      for (const folder of byName.get(name) ?? []) {
        const path = specifier === name ? folder : below(folder, specifier.slice(name.length + 1))
        if (project.hasFolder(path)) return { path: `${path}/` }
      }
    }
    return { package: [...foldersUp(specifier)].find((name) => required.has(name)) ?? specifier }
  }
}

/** Modules of one name that are looked at. */
const mostAlike = 10

function moduleOf(text: string): string | undefined {
  const line = text.split('\n').find((one) => /^\s*module\s+\S/.test(one))
  return line && /^\s*module\s+"?([^\s"]+)/.exec(line)?.[1]
}
