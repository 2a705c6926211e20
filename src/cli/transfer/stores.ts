import { modules } from '../../app'
import type { Storage } from '../../platform/storage/storage'
import { storedTables } from '../../platform/transfer/platform-tables'
import { quotaStore } from '../../platform/transfer/quota-store'
import type { Store } from '../../platform/transfer/store'
import { tableStore } from '../../platform/transfer/table-store'

/** Everything that an installation keeps in rows, whichever modules run. */
export const storesOf = ({ dialect }: Storage, dataDir: string): Store[] => [
  ...storedTables(modules).map((table) => tableStore(dialect, table)),
  quotaStore(dialect, dataDir),
]

/** What is not in an archive because it is made anew. */
export const madeAnew = (stores: readonly Store[]): string[] => stores.flatMap(({ index = [] }) => index)
