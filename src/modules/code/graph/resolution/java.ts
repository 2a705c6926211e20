import { folderOf, nameOf, type Project, type Resolution, type Wanted } from './project'

/** Java and Kotlin: a class is a file of its name in the folder of its package, below whatever source folder. */
export function javaResolver(project: Project): (wanted: Wanted) => Resolution {
  return ({ from, specifier, imported }) => {
    const names = specifier.split('.')
    if (imported === '*') {
      const folder = folderEndingIn(project, from, names.join('/'))
      if (folder) return { path: `${folder}/` }
    }
    for (let length = names.length; length >= 1; length--) {
      const file = classFile(project, from, names.slice(0, length))
      if (file) return { path: file }
    }
    return { package: packageOf(names) }
  }
}

/** The file of a class; of several the one that shares most of its path with the importing file. */
function classFile(project: Project, from: string, names: readonly string[]): string | undefined {
  const suffix = names.join('/')
  const found = ['java', 'kt', 'scala'].flatMap((extension) => project.endingIn(`${suffix}.${extension}`))
  return found.sort((a, b) => shared(b, from) - shared(a, from))[0]
}

function shared(a: string, b: string): number {
  let length = 0
  while (length < a.length && a[length] === b[length]) length++
  return length
}

function folderEndingIn(project: Project, from: string, suffix: string): string | undefined {
  const own = folderOf(from)
  const roots = ['', 'src/main/java', 'src/main/kotlin', 'src/test/java', 'src', 'java']
  const candidates = roots.map((root) => (root ? `${root}/${suffix}` : suffix))
  for (let at = own; at !== ''; at = folderOf(at)) {
    candidates.push(`${at}/${suffix}`)
    for (const root of roots.slice(1)) candidates.push(`${at}/${root}/${suffix}`)
  }
  return candidates.find((path) => project.hasFolder(path) && nameOf(path) === nameOf(suffix))
}

/** `org.apache.commons.Foo` belongs to the package that precedes the class. */
function packageOf(names: readonly string[]): string {
  const at = names.findIndex((name) => /^\p{Lu}/u.test(name))
  return names.slice(0, at > 0 ? at : names.length).join('.')
}
