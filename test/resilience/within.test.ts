import { expect, test } from 'bun:test'
import { within } from '../../src/core/within'

const ages = 1e9
const late = () => new Error('late')
const never = new Promise<never>(() => {})

test('work that settles after its limit takes nobody else out of sight', async () => {
  const [first, slow, second, third] = Array.from({ length: 4 }, () => Promise.withResolvers<void>())
  const firstDone = within(ages, first!.promise, late)
  const slowDone = within(0, slow!.promise, late)
  const secondDone = within(ages, second!.promise, late)
  expect(await slowDone.catch((error: Error) => error.message)).toBe('late')
  first!.resolve()
  await firstDone
  slow!.resolve()
  await slow!.promise
  const thirdDone = within(ages, third!.promise, late)
  second!.resolve()
  await secondDone
  third!.resolve()
  await thirdDone
  const missed = Bun.sleep(2000).then(() => 'missed')
  const limited = within(0, never, late).catch((error: Error) => error.message)
  expect(await Promise.race([limited, missed])).toBe('late')
})
