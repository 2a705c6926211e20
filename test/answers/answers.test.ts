import { afterAll, beforeAll, expect, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fits } from '../../src/core/validate'
import { setStage } from './stage'
import { type Answers, play } from './story'
import { tidy } from './tidy'

const source = join(import.meta.dir, '../../src')
const fileOf = (module: string | undefined) =>
  join(source, module ? `modules/${module}` : 'platform/http', 'answers.json')

let stage: Awaited<ReturnType<typeof setStage>>
let told: Answers
beforeAll(async () => {
  stage = await setStage()
  told = tidy(await play(stage))
  if (process.env.UPDATE_DOCS === '1') for (const module of [...modules(), undefined]) write(module)
})
afterAll(() => stage?.close())

const modules = () => stage.app.dispatcher.mounted.map(({ module }) => module)

/** The module that answers; none for the server's own pages. */
function moduleOf(call: string): string | undefined {
  const owner = stage.app.dispatcher.mounted.find(
    ({ operations, routes }) =>
      operations.some(({ name }) => name === call) ||
      routes.some(({ method, path }) => `${method} ${path}` === call),
  )
  return owner?.module
}

function write(module: string | undefined): void {
  const mine = Object.entries(told).filter(([call]) => moduleOf(call) === module)
  writeFileSync(fileOf(module), `${JSON.stringify(Object.fromEntries(mine), null, 2)}\n`)
}

const kept = (module: string | undefined): Answers =>
  existsSync(fileOf(module)) ? JSON.parse(readFileSync(fileOf(module), 'utf8')) : {}

test('every operation is shown with an answer that fits its schema', () => {
  for (const { operation, module } of stage.app.dispatcher.operations) {
    const answer = kept(module)[operation.name]
    expect([operation.name, answer !== undefined && fits(operation.output, answer)]).toEqual([
      operation.name,
      true,
    ])
  }
})

test('what is shown has the members that are answered: else run `bun run docs`', () => {
  const shown = Object.assign({}, ...[...modules(), undefined].map(kept)) as Answers
  const members = (answers: Answers) =>
    Object.fromEntries(Object.entries(answers).map(([call, answer]) => [call, Object.keys(answer as object)]))
  expect(members(shown)).toEqual(members(told))
})

test('the OpenAPI document carries them, and stays small', async () => {
  const response = await stage.app.send('/openapi.json')
  const text = await response.text()
  const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, Shown>> }
  const without = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, shown]) => !isShown(shown))
      .map(([method]) => `${method} ${path}`),
  )
  expect(without).toEqual([])
  expect(text.length).toBeLessThan(600_000)
})

interface Shown {
  responses: Record<string, { content?: Record<string, { example?: unknown; examples?: unknown }> }>
}

/** Its success has an example, or no JSON at all. */
function isShown({ responses }: Shown): boolean {
  const successes = Object.entries(responses).filter(([status]) => status.startsWith('2'))
  return successes.some(([, { content }]) => {
    const json = content?.['application/json']
    return json === undefined || (json.example ?? json.examples) !== undefined
  })
}
