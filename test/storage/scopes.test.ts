import { expect, test } from 'bun:test'
import { eachStorage } from '../kit/storage'

eachStorage('scopes', (open) => {
  test('a write inside a write throws instead of waiting for itself', async () => {
    const { system } = open()
    expect(system.write(() => system.write(async () => 1))).rejects.toThrow(
      'write was started inside a write',
    )
    expect(await system.write(async () => 2)).toBe(2)
  })
})
