import { isBuiltin } from 'node:module'
import { folderOf, join, type Project, type Resolution, type Wanted } from './project'
import { moduleFile } from './script-files'
import { createMapper } from './tsconfig'
import { createWorkspace } from './workspace'

const packageName = /^((?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]*)(?:\/(.*))?$/i

/**
 * TypeScript and JavaScript: relative paths with TypeScript's extensions, `paths` of the tsconfigs, `#imports`, packages of the workspace
 * with their `exports`; any other package by its name.
 */
export function scriptResolver(project: Project): (wanted: Wanted) => Resolution {
  const workspace = createWorkspace(project)
  const mapper = createMapper(project, workspace.folder)
  return ({ from, specifier: written }) => {
    const specifier = written.replace(/[?#](?:raw|url|inline|worker)$/, '')
    if (/^\.{0,2}\//.test(specifier) || specifier === '.' || specifier === '..') {
      const path = specifier.startsWith('/') ? join('', specifier) : join(folderOf(from), specifier)
      const file = path === undefined ? undefined : moduleFile(project, path)
      return file ? { path: file } : {}
    }
    const mapped = specifier.startsWith('#')
      ? (workspace.internal(from, specifier) ?? mapper(from, specifier))
      : mapper(from, specifier)
    if (mapped) return { path: mapped }
    return ofPackage(specifier, workspace.resolve)
  }
}

function ofPackage(
  specifier: string,
  offered: (name: string, subpath: string) => string | undefined,
): Resolution {
  if (isBuiltin(specifier)) return { package: `node:${specifier.replace(/^node:/, '').split('/')[0]}` }
  if (/^(bun|npm|jsr|https?|data|virtual):/.test(specifier)) return { package: specifier }
  const [, name, subpath = ''] = packageName.exec(specifier) ?? []
  if (!name) return {}
  const path = offered(name, subpath)
  return path ? { path } : { package: name }
}
