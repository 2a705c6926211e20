import { and, count, eq, inArray, isNull, lt } from 'drizzle-orm'
import { dependencies, type indexedFiles } from '../../tables'
import { type GraphFile, isShown, readTextsAt } from '../project-files'
import type { ResolveRun } from '../resolve-run'
import { namesPackages, readManifest } from './manifests'

const rowsAtOnce = 200

/** Reads the manifests and lock files that changed; returns how many packages the generation names. */
export async function storeDependencies(run: ResolveRun, files: readonly GraphFile[]): Promise<number> {
  const { scope, owner, repositoryId, generation } = run
  const t = (dialect: 'sqlite' | 'postgres') => dependencies.on(dialect)
  const ended = [...run.changed.added, ...run.changed.removed].filter(namesPackages)
  const fresh = files.filter(({ path, addedIn }) => addedIn === generation && namesPackages(path))
  const texts = await scope.read((db) => readTextsAt(db, owner, fresh))
  if (ended.length > 0)
    await scope.write((tx) =>
      tx
        .update(t(tx.dialect))
        .set({ removed_in: generation })
        .where(
          and(
            eq(t(tx.dialect).owner, owner),
            eq(t(tx.dialect).repository_id, repositoryId),
            inArray(t(tx.dialect).manifest_path, ended.slice(0, 5000)),
            isNull(t(tx.dialect).removed_in),
            lt(t(tx.dialect).added_in, generation),
          ),
        ),
    )
  const rows = [...texts].flatMap(([path, text]) => rowsOf(run, path, text))
  for (let at = 0; at < rows.length; at += rowsAtOnce) {
    await scope.write((tx) =>
      tx
        .insert(t(tx.dialect))
        .values(rows.slice(at, at + rowsAtOnce))
        .onConflictDoNothing(),
    )
    await Bun.sleep(0)
  }
  return countDependencies(run)
}

function rowsOf({ owner, repositoryId, generation }: ResolveRun, path: string, text: string) {
  const manifest = readManifest(path, text)
  return (manifest?.packages ?? []).map((found) => ({
    owner,
    repository_id: repositoryId,
    manifest_path: path,
    ecosystem: manifest!.ecosystem,
    name: found.name.slice(0, 300),
    // A lock file may settle several versions of one package.
    kind: found.kind === 'locked' ? `locked ${found.version ?? ''}`.slice(0, 100).trim() : found.kind,
    wanted: found.wanted?.slice(0, 200) ?? null,
    version: found.version?.slice(0, 100) ?? null,
    line: found.line ?? null,
    added_in: generation,
    removed_in: null,
  }))
}

async function countDependencies(run: ResolveRun): Promise<number> {
  const [row] = await run.scope.read((db) => {
    const t = dependencies.on(db.dialect)
    return db
      .select({ count: count() })
      .from(t)
      .where(isShown(t as unknown as ReturnType<typeof indexedFiles.on>, run))
  })
  return row?.count ?? 0
}
