import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Finding, fail } from './finding'

/** Files that belong to another user than their folder: whoever runs the server there cannot write them. Nothing is said of sound ones. */
export function checkOwners(folder: string): Finding[] {
  const owner = statSync(folder, { throwIfNoEntry: false })
  if (!owner || process.platform === 'win32') return []
  const strange = readdirSync(folder).filter((name) => {
    const file = statSync(join(folder, name), { throwIfNoEntry: false })
    return name !== 'lost+found' && file !== undefined && file.uid !== owner.uid
  })
  if (strange.length === 0) return []
  const names = strange.slice(0, 3).join(', ') + (strange.length > 3 ? ', …' : '')
  return [
    fail(
      'owner',
      `${names} in ${folder} does not belong to the folder’s user (${owner.uid})`,
      `run: chown -R ${owner.uid}:${owner.gid} ${folder}`,
    ),
  ]
}
