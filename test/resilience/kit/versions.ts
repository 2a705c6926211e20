import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { migrations } from '../../../migrations'
import { emptyFolder } from '../../kit/folder'

const root = join(import.meta.dir, '../../..')

/** A later version of the whole product: these sources with further steps of the schema. */
export interface Version {
  version: string
  /** The words that start it. */
  command: string[]
  /** The schema step that it leads to. */
  schema: string
}

/** What one step does to Postgres. */
export interface Step {
  name: string
  up: string
  down: string
}

/** Makes a version with `steps` after the present ones. */
export function makeVersion(version: string, steps: Step[]): Version {
  const folder = emptyFolder()
  for (const name of ['src', 'migrations']) cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(folder, { recursive: true })
  const about = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as object
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...about, version }))
  const list = join(folder, 'migrations/index.ts')
  const ids = steps.map((_, i) => String(Number(migrations.at(-1)!.id) + 1 + i).padStart(4, '0'))
  const added = steps.map(({ name, up, down }, i) => {
    const sql = { up, down }
    return JSON.stringify({ id: ids[i], name, postgres: sql, sqlite: sql })
  })
  writeFileSync(list, readFileSync(list, 'utf8').replace(/\n\]\s*$/, `\n  ${added.join(',\n  ')}\n]\n`))
  const command = [process.execPath, join(folder, 'src/main.ts')]
  return { version, command, schema: ids.at(-1) ?? migrations.at(-1)!.id }
}
