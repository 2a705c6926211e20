import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Glob } from 'bun'

const root = join(import.meta.dir, '../..')

export interface SourceFile {
  /** Path from the project's root. */
  path: string
  text: string
}

/** Every TypeScript file below a folder of the project, in stable order. */
export function sourceFiles(folder: string): SourceFile[] {
  const paths = [...new Glob('**/*.ts').scanSync(join(root, folder))].sort()
  return paths.map((path) => ({
    path: `${folder}/${path}`,
    text: readFileSync(join(root, folder, path), 'utf8'),
  }))
}

/** What a file imports: module specifiers as written, of static and dynamic imports and re-exports. */
export function importsOf({ text }: SourceFile): string[] {
  const pattern =
    /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|(?:^|\n)\s*import\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g
  return [...text.matchAll(pattern)].map((match) => (match[1] ?? match[2] ?? match[3])!)
}
