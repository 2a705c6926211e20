import { join, type Project } from './project'

const extensions = [
  '.ts',
  '.tsx',
  '.d.ts',
  '.mts',
  '.cts',
  '.js',
  '.jsx',
  '.mjs',
  '.cjs',
  '.json',
  '.vue',
  '.svelte',
]

/** What TypeScript writes as `./x.js` is `x.ts` on disk. */
const sources: Record<string, string[]> = {
  '.js': ['.ts', '.tsx', '.d.ts', '.jsx'],
  '.jsx': ['.tsx', '.ts'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
}

/** The file that a module path means: itself, its source, with an extension, or the index of a folder. */
export function moduleFile(project: Project, path: string): string | undefined {
  if (project.has(path)) return path
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? ''
  const stem = path.slice(0, path.length - extension.length)
  const source = (sources[extension] ?? []).map((other) => stem + other).find(project.has)
  if (source) return source
  return extensions.map((other) => path + other).find(project.has) ?? indexOf(project, path)
}

function indexOf(project: Project, folder: string): string | undefined {
  if (!project.hasFolder(folder)) return undefined
  const manifest = project.text(folder === '' ? 'package.json' : `${folder}/package.json`)
  const main = manifest ? /"(?:module|main)"\s*:\s*"([^"]+)"/.exec(manifest)?.[1] : undefined
  const target = main ? join(folder, main) : undefined
  const mainFile = target && target !== folder ? builtFile(project, folder, target) : undefined
  const prefix = folder === '' ? '' : `${folder}/`
  return mainFile ?? extensions.map((extension) => `${prefix}index${extension}`).find(project.has)
}

const built = /^(dist|lib|build|out|esm|cjs|es|umd)\//

/** A file that a manifest names; where it is built and not kept, the source that it is built from. */
export function builtFile(project: Project, folder: string, target: string): string | undefined {
  const prefix = folder === '' ? '' : `${folder}/`
  const own = exactFile(project, target)
  if (own) return own
  let inner = target.startsWith(prefix) ? target.slice(prefix.length) : target
  while (built.test(inner)) {
    inner = inner.replace(built, '')
    for (const root of ['src/', 'source/', '']) {
      const found = exactFile(project, `${prefix}${root}${inner.replace(/\.d\.([cm]?)ts$/, '.$1js')}`)
      if (found) return found
    }
  }
  return undefined
}

function exactFile(project: Project, path: string): string | undefined {
  if (project.has(path)) return path
  const extension = /\.[cm]?jsx?$/.exec(path)?.[0] ?? ''
  const stem = path.slice(0, path.length - extension.length)
  return [...(sources[extension] ?? []), ...extensions].map((other) => stem + other).find(project.has)
}
