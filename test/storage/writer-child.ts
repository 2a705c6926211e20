import { openStorage } from '../../src/platform/storage/open'
import { notes } from './notes'

// Writes as fast as it can, several at once, and prints each id after its write was acknowledged.
const storage = await openStorage({
  DATA_DIR: process.argv[2],
  DATABASE_URL: undefined,
  DATABASE_POOL_SIZE: 1,
  DATABASE_SSL_CA: undefined,
})
const t = notes.on('sqlite')

async function write(worker: number): Promise<never> {
  for (let i = 0; ; i++) {
    const id = `${worker}-${i}`
    await storage.system.write((tx) => tx.insert(t).values({ id, owner: 'child', body: 'x'.repeat(500) }))
    process.stdout.write(`${id}\n`)
  }
}
await Promise.all([0, 1, 2, 3].map(write))
