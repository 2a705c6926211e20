import { afterAll, expect, test } from 'bun:test'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { completeRestore, prepareStaging, swap } from '../../src/platform/backup/swap'
import { emptyFolder } from '../kit/folder'

const memory = '/dev/shm'
const elsewhere: string[] = []
afterAll(() => {
  for (const folder of elsewhere) rmSync(folder, { recursive: true })
})

const hasTwo = existsSync(memory) && statSync(memory).dev !== statSync(emptyFolder()).dev

test.skipIf(!hasTwo)('a file on another file system than the data folder is exchanged, too', () => {
  const dataDir = emptyFolder()
  const other = mkdtempSync(join(memory, 'holdfast-'))
  elsewhere.push(other)
  const at = { 'holdfast.db': dataDir, 'metrics.db': other, log: other }
  const fill = (folder: string, text: string) => {
    mkdirSync(join(folder, 'log'), { recursive: true })
    writeFileSync(join(folder, 'log', '1'), text)
    for (const name of ['holdfast.db', 'metrics.db']) writeFileSync(join(folder, name), text)
  }
  fill(dataDir, 'old')
  fill(other, 'old')
  fill(prepareStaging(dataDir), 'new')
  const exchanges = Object.entries(at).map(([path, folder]) => ({ path, to: join(folder, path) }))
  swap(dataDir, exchanges, join(dataDir, 'replaced'))
  for (const [path, folder] of Object.entries(at)) {
    const file = path === 'log' ? 'log/1' : path
    const text = (place: string) => readFileSync(join(place, file), 'utf8')
    expect([text(folder), text(join(folder, 'replaced'))]).toEqual(['new', 'old'])
  }
  expect(completeRestore(dataDir)).toBeFalse()
})
