import { expect, test } from 'bun:test'
import { noteAnswer, noteArrival, turnEnd } from '../../src/core/turn'

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

/** So many requests in one turn of the event loop, answered so much later. */
async function serveTurn(requests: number, milliseconds: number): Promise<boolean> {
  const firsts = Array.from({ length: requests }, () => noteArrival())
  const together = turnEnd() !== undefined
  await turn()
  Bun.sleepSync(milliseconds)
  for (const _ of firsts) noteAnswer(performance.now())
  return together
}

test('a server whose turns with many requests take long still counts them together', async () => {
  await Bun.sleep(30)
  expect(await serveTurn(8, 20)).toBeFalse()
  expect(await serveTurn(8, 20)).toBeTrue()
  expect(await serveTurn(8, 20)).toBeTrue()
})

test('requests that come one by one go on at once, however long they take', async () => {
  await serveTurn(1, 0)
  await Bun.sleep(30)
  for (let round = 0; round < 3; round++) expect(await serveTurn(1, 20)).toBeFalse()
})
