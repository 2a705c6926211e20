import { Database } from 'bun:sqlite'
import { createFile } from '../sqlite/file'

/** The connection that writes a module's file, which is made when absent. Incremental vacuum has to be chosen before the first table. Another process that writes is waited for. */
export function openWriter(path: string): Database {
  createFile(path)
  const client = new Database(path, { readwrite: true, create: false })
  client.run('pragma busy_timeout = 5000')
  // A row that is written at the end of a large table costs a sixth less than with pages of 4 KB: each is handed to the system twice.
  client.run('pragma page_size = 16384')
  client.run('pragma auto_vacuum = incremental')
  client.run('pragma journal_mode = wal')
  client.run('pragma synchronous = full')
  client.run('pragma cache_size = -32768')
  client.run('pragma temp_store = memory')
  return client
}
