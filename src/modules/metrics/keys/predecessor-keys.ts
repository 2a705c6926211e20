import type { LocalConnection } from '../../../core/local-database'

/** Keys of a file that the predecessor wrote: it kept plain SHA-256, as we do. None in a file of our own, and none that were disabled. */
export function predecessorKeys(db: LocalConnection): { hash: string; service: string }[] {
  const columns = db.statement<{ name: string }>(`select name from pragma_table_info('api_keys')`).all()
  if (
    !['key_hash', 'service_name', 'is_active'].every((wanted) => columns.some(({ name }) => name === wanted))
  )
    return []
  return db
    .statement<{ hash: string; service: string }>(
      `select key_hash as hash, service_name as service from api_keys where is_active and key_hash glob '[0-9a-f]*' and length(key_hash) = 64`,
    )
    .all()
}
