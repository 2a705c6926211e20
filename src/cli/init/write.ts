import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Artifact } from '../../platform/deploy/artifact'

/** What became of a file. */
export interface Written {
  path: string
  state: 'written' | 'unchanged' | 'replaced'
}

/** Writes all of them into `folder`, or nothing: a file that says something else is only replaced with `force`. */
export function writeArtifacts(folder: string, artifacts: Artifact[], force: boolean): Written[] {
  const plan = artifacts.map(({ path, text }) => {
    const file = join(folder, path)
    return { file, text, state: stateOf(file, text) }
  })
  const changed = plan.filter(({ state }) => state === 'replaced').map(({ file }) => file)
  if (changed.length > 0 && !force) {
    const are = changed.length === 1 ? 'exists and says' : 'exist and say'
    throw new Error(
      `${changed.join(', ')} ${are} something else: replace with --force, or write elsewhere with --out; nothing was written`,
    )
  }
  for (const { file, text, state } of plan) {
    if (state === 'unchanged') continue
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  return plan.map(({ file, state }) => ({ path: file, state }))
}

function stateOf(file: string, text: string): Written['state'] {
  if (!existsSync(file)) return 'written'
  return readFileSync(file, 'utf8') === text ? 'unchanged' : 'replaced'
}
