import { readGoMod } from '../packages/lines'
import { below, folderOf, type Project, type Resolution, type Wanted } from './project'

/** Go: packages of the repository's modules are folders; others by the module that a go.mod requires. */
export function goResolver(project: Project): (wanted: Wanted) => Resolution {
  const modules = project
    .named('go.mod')
    .map((path) => ({ folder: folderOf(path), text: project.text(path) ?? '' }))
    .map(({ folder, text }) => ({ folder, text, name: moduleOf(text) }))
    .sort((a, b) => (b.name?.length ?? 0) - (a.name?.length ?? 0))
  const required = modules
    .flatMap(({ text }) => readGoMod(text))
    .map(({ name }) => name)
    .sort((a, b) => b.length - a.length)
  return ({ specifier }) => {
    for (const { name, folder } of modules) {
      if (name === undefined || !isBelow(specifier, name)) continue
      const path = specifier === name ? folder : below(folder, specifier.slice(name.length + 1))
      if (project.hasFolder(path)) return { path: `${path}/` }
    }
    return { package: required.find((name) => isBelow(specifier, name)) ?? specifier }
  }
}

function moduleOf(text: string): string | undefined {
  const line = text.split('\n').find((one) => /^\s*module\s+\S/.test(one))
  return line && /^\s*module\s+"?([^\s"]+)/.exec(line)?.[1]
}

const isBelow = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
