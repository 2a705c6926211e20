import { expect, test } from 'bun:test'
import { openSqliteStore } from '../../src/platform/limits/sqlite-store'
import { checkAgreement } from './kit/agreement'
import { temporaryFolder } from './kit/folder'

test('agrees with a plain list of calls', async () => {
  using folder = temporaryFolder()
  await checkAgreement({
    open: async (now) => openSqliteStore(`${folder.path}/limits.db`, now),
    runs: 1000,
    thins: true,
  })
  expect(true).toBe(true)
})
