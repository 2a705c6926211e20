import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { Limited, type Told } from '../../src/core/within'

class Brief extends Limited {
  constructor() {
    super(performance.now() - 1)
  }
  protected expire = () => new Error('late')
}

test('who is told to be late may end those that wait beside it', async () => {
  const [first, second, third] = [new Brief(), new Brief(), new Brief()]
  const told: string[] = []
  const listener = (name: string, then = () => {}): Told => ({
    end: () => void told.push(`${name} ended`),
    fail: (error) => {
      told.push(`${name} ${(error as Error).message}`)
      then()
    },
  })
  first.tell(listener('first', () => second.end(1)))
  second.tell(listener('second'))
  third.tell(listener('third'))
  await Bun.sleep(60)
  expect(told).toEqual(['first late', 'second ended', 'third late'])
})

test('what one of many throws when it is told reaches none of the others', async () => {
  const store = join(import.meta.dir, '../../src/platform/limits/store.ts')
  const script = `
    import { answerAll, failAll } from ${JSON.stringify(store)}
    process.on('unhandledRejection', ({ message }) => console.log(message))
    const asking = (name) => ({
      answer() { console.log(name, 'counted'); if (name === 'b') throw new Error('stray') },
      fail() { console.log(name, 'failed'); if (name === 'b') throw new Error('stray too') },
    })
    const asks = ['a', 'b', 'c'].map(asking)
    answerAll(asks, [{}, {}, {}])
    failAll(asks, new Error('why'))
  `
  const child = Bun.spawn([process.execPath, '-e', script], { stdout: 'pipe', stderr: 'inherit' })
  const said = (await new Response(child.stdout).text()).trim().split('\n')
  expect(said.toSorted()).toEqual([
    'a counted',
    'a failed',
    'b counted',
    'b failed',
    'c counted',
    'c failed',
    'stray',
    'stray too',
  ])
})
