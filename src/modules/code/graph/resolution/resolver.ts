import { goResolver } from './go'
import { includeResolver } from './include'
import { javaResolver } from './java'
import type { Project, Resolution, Wanted } from './project'
import { pythonResolver } from './python'
import { rustResolver } from './rust'
import { scriptResolver } from './script'

/** Finds where imports lead, by the rules of the importing file's language. */
export type Resolver = (wanted: Wanted) => Resolution

type Create = (project: Project) => Resolver

const families: Record<string, Create> = {
  typescript: scriptResolver,
  tsx: scriptResolver,
  javascript: scriptResolver,
  vue: scriptResolver,
  python: pythonResolver,
  go: goResolver,
  rust: rustResolver,
  java: javaResolver,
  kotlin: javaResolver,
  scala: javaResolver,
  c: includeResolver,
  cpp: includeResolver,
  ruby: includeResolver,
  php: includeResolver,
}

/** What each language needs is read from the project once, when its first import is resolved. */
export function createResolver(project: Project): Resolver {
  const made = new Map<Create, Resolver>()
  return (wanted) => {
    const create = families[wanted.language]
    if (!create) return {}
    let resolver = made.get(create)
    if (!resolver) {
      resolver = create(project)
      made.set(create, resolver)
    }
    return resolver(wanted)
  }
}
