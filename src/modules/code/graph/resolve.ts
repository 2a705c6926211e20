import { and, eq } from 'drizzle-orm'
import type { Reader, Scope } from '../../../core/storage'
import { indexedFiles } from '../tables'
import { storeDependencies } from './packages/store'
import { type GraphFile, readFiles, readImports, readTextsAt, type View } from './project-files'
import { addReferences, closeReferences, type ReferenceRow, readAffected, rowsOf } from './reference-rows'
import { createProject, isManifest } from './resolution/project'
import { createResolver } from './resolution/resolver'
import type { ResolveRun } from './resolve-run'

export type { ResolveRun } from './resolve-run'

const filesAtOnce = 100

/** Finds where the imports of a staged generation lead, and returns how many packages it asks for. Every file of it is stored by now. */
export async function resolveReferences(run: ResolveRun): Promise<number> {
  const { scope, owner } = run
  const files = await scope.read((db) => readFiles(db, run))
  const manifests = files.filter(({ path }) => isManifest(path))
  const texts = await scope.read((db) => readTextsAt(db, owner, manifests))
  const resolve = createResolver(
    createProject(
      files.map(({ path }) => path),
      texts,
    ),
  )
  const superseded = await scope.read((db) => readSuperseded(db, run))
  const wanted = await chooseFiles(run, files, superseded)
  const kept = wanted.filter(({ addedIn }) => addedIn < run.generation).map(({ file }) => file)
  const write: Scope['write'] = (work) => scope.write(work)
  await closeReferences(write, run, [...superseded.map(({ file }) => file), ...kept])
  for (let at = 0; at < wanted.length; at += filesAtOnce) {
    run.signal.throwIfAborted()
    const part = wanted.slice(at, at + filesAtOnce)
    const imports = await scope.read((db) =>
      readImports(
        db,
        owner,
        part.map(({ blob }) => blob),
      ),
    )
    const rows: ReferenceRow[] = []
    for (const file of part) rows.push(...(await rowsOf(file, imports.get(file.blob)!, resolve)))
    await addReferences(run, run, rows)
    await run.progress(Math.min(at + filesAtOnce, wanted.length), wanted.length)
  }
  return storeDependencies(run, files)
}

/** Files that this generation ends. */
async function readSuperseded(db: Reader, { owner, repositoryId, generation }: View) {
  const t = indexedFiles.on(db.dialect)
  return db
    .select({ file: t.file, path: t.path })
    .from(t)
    .where(and(eq(t.owner, owner), eq(t.repository_id, repositoryId), eq(t.removed_in, generation)))
}

/**
 * Files whose imports are resolved again: all when a manifest changed; else those that changed, and where paths came or went those whose
 * imports name them.
 */
async function chooseFiles(
  run: ResolveRun,
  files: readonly GraphFile[],
  superseded: readonly { path: string }[],
): Promise<GraphFile[]> {
  const { added, removed } = run.changed
  if (added.length >= files.length || [...added, ...removed].some(isManifest)) return [...files]
  const before = new Set(superseded.map(({ path }) => path))
  const now = new Set(added)
  const come = added.filter((path) => !before.has(path))
  const gone = removed.filter((path) => !now.has(path))
  const moved = come.length + gone.length > 0
  const affected = moved ? await run.scope.read((db) => readAffected(db, run, gone, come)) : new Set<number>()
  return files.filter(({ path, file }) => now.has(path) || affected.has(file))
}
