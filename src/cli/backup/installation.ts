import { join, resolve } from 'node:path'
import { migrations } from '../../../migrations'
import { modules } from '../../app'
import type { DataFile } from '../../core/module'
import type { Source } from '../../platform/backup/backup'
import { withAuthority } from '../../platform/backup/dump'
import type { Loaded } from '../../platform/config/load'

/** The data folder of these settings, absolute. */
export const dataDirOf = ({ config }: Loaded): string => resolve(config.DATA_DIR ?? './data')

/** Everything of this installation that a backup holds. What can be fetched again (clones of repositories) is not among it. */
export function sourcesOf(loaded: Loaded): Source[] {
  const { config } = loaded
  const folder = dataDirOf(loaded)
  const own: Source[] = config.DATABASE_URL
    ? [
        {
          path: 'postgres.dump',
          from: withAuthority(config.DATABASE_URL, config.DATABASE_SSL_CA),
          kind: 'postgres',
        },
      ]
    : ['holdfast.db', 'limits.db'].map((path) => ({ path, from: join(folder, path), kind: 'sqlite' }))
  return [...own, ...filesOf(loaded)]
}

/** The files that modules keep on this machine's disk, whichever database there is. */
export const filesOf = (loaded: Loaded): DataFile[] =>
  modules.flatMap(
    ({ name, files }) => files?.((loaded.modules[name] ?? {}) as never, dataDirOf(loaded)) ?? [],
  )

/** Newest step of the schema that this binary knows. */
export const newestStep = (): string => migrations.at(-1)!.id
