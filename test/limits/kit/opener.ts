import { openSqliteStore } from '../../../src/platform/limits/sqlite-store'

/** Opens FOLDER/0 … FOLDER/COUNT-1 from the time START (ms) on, and takes once from each: `opener.ts FOLDER COUNT START`. */
const [folder, count, start] = process.argv.slice(2) as [string, string, string]
while (Date.now() < Number(start));
const spans = [{ name: 'hour' as const, seconds: 3600, limit: 100 }]
for (let file = 0; file < Number(count); file++) {
  const store = openSqliteStore(`${folder}/${file}`, Date.now)
  await store.take({ owner: 'all', cost: 1, spans })
  await store.close()
}
