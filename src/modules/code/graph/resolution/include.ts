import { below, folderOf, foldersUp, join, type Project, type Resolution, type Wanted } from './project'

/** C and C++ headers, Ruby's `require_relative`: from the file's folder, then from the folders around it and their `include`. */
export function includeResolver(project: Project): (wanted: Wanted) => Resolution {
  return ({ from, language, specifier }) => {
    const extension = language === 'ruby' ? '.rb' : language === 'php' ? '.php' : ''
    const names = specifier.endsWith(extension) ? [specifier] : [`${specifier}${extension}`, specifier]
    for (const name of names) {
      const path = join(folderOf(from), name)
      if (path !== undefined && project.has(path)) return { path }
      for (const folder of foldersUp(folderOf(from))) {
        const found = ['', 'include', 'src', 'lib']
          .map((root) => join(below(folder, root), name))
          .find((at) => at && project.has(at))
        if (found) return { path: found }
      }
    }
    const only = project.endingIn(names[0]!)
    if (only.length === 1) return { path: only[0]! }
    return { package: specifier }
  }
}
