import { emptyFolder } from './folder'

/** A disk of so many megabytes for one test; undefined, with a word about it, where the machine lets none be mounted. */
export function smallDisk(megabytes: number): { folder: string; unmount(): void } | undefined {
  const folder = emptyFolder()
  const size = `size=${megabytes}m`
  if (Bun.spawnSync(['mount', '-t', 'tmpfs', '-o', size, 'tmpfs', folder]).exitCode === 0)
    return { folder, unmount: () => void Bun.spawnSync(['umount', folder]) }
  console.warn('SKIPPED: a full disk cannot be tried here, for mounting a small one needs root')
  return undefined
}
