import { afterAll, beforeAll, expect, test } from 'bun:test'
import { modules } from '../../src/app'
import { scopesOf } from '../../src/core/module'
import { readNewKey } from '../../src/platform/identity/key-input'
import { startApp, type TestApp } from '../kit/app'

let app: TestApp
beforeAll(async () => {
  app = await startApp()
})
afterAll(() => app?.close())

test('modules ask for no scope that a key cannot be given', () => {
  for (const { module, operations, resources = [], prompts = [] } of app.dispatcher.mounted) {
    const known = scopesOf(modules.find(({ name }) => name === module)!)
    const asked = [...operations, ...resources, ...prompts].map(({ scope }) => scope)
    expect(asked.filter((scope) => scope !== null && scope !== 'admin' && !known.includes(scope))).toEqual([])
  }
})

const knownScopes = ['journal:read', 'journal:write']
const make = (scopes: string[]) =>
  readNewKey({ userId: 'ada', tier: 'free', scopes, knownScopes }, new Date())

test.each([
  ['journal:raed', 'did you mean journal:read?'],
  ['jurnal:write', 'did you mean journal:write?'],
  ['admn', 'must be a list of scopes like'],
  ['weather:read', 'there are journal:read, journal:write, *, admin'],
])('%s is no scope: %s', (scope, said) => {
  expect(() => make(['journal:read', scope])).toThrow(said)
})

test('each that there is, the star and admin are fine', () => {
  expect(make(['journal:read', '*', 'admin']).scopes).toEqual(['journal:read', '*', 'admin'])
})
