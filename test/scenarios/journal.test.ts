import { expect, test } from 'bun:test'
import { type Caller, callerOf, type Outcome } from '../kit/caller'
import { eachDatabase } from '../kit/databases'
import { type Scenario, type Step, scenarios } from './journal.rows'

eachDatabase('journal scenarios', (app) => {
  for (const transport of ['rest', 'mcp'] as const) {
    test.each(scenarios)(`over ${transport}: $name`, async (scenario) => {
      const key = await app().addKey(
        `${transport}-${scenario.name.replaceAll(/\W/g, '-')}`,
        scenario.tier,
        scenario.scopes,
      )
      await play(scenario, (operation, input) => callerOf(app(), transport)(operation, input, key))
    })
  }
})

async function play(scenario: Scenario, call: Caller): Promise<void> {
  const kept: Record<string, unknown> = {}
  for (const step of scenario.steps) {
    const outcome = await call(step.call, fill(step.input ?? {}, kept))
    check(step, outcome, kept)
    if ('output' in outcome) {
      for (const [name, path] of Object.entries(step.keep ?? {})) kept[name] = pick(outcome.output, path)
    }
  }
}

function check(step: Step, outcome: Outcome, kept: Record<string, unknown>): void {
  const label = `${step.call} ${JSON.stringify(step.input)?.slice(0, 100)}`
  if (step.refuses) {
    expect({ label, code: 'code' in outcome ? outcome.code : outcome }).toEqual({ label, code: step.refuses })
    return
  }
  expect({ label, refused: 'code' in outcome ? outcome : null }).toEqual({ label, refused: null })
  if (step.gives && 'output' in outcome) expect(outcome.output).toMatchObject(fill(step.gives, kept))
}

/** Replaces `$name` by what was kept. */
function fill(input: Record<string, unknown>, kept: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => [
      name,
      typeof value === 'string' && value.startsWith('$') ? kept[value.slice(1)] : value,
    ]),
  )
}

const pick = (value: unknown, path: string) =>
  path.split('.').reduce((part, name) => (part as Record<string, unknown>)[name], value)
