import { spawnSync } from 'node:child_process'

/** Seconds since 1970 that every file in an archive is from, so that two builds of one source are the same bytes. */
export const epoch = Number(process.env.SOURCE_DATE_EPOCH ?? 1_700_000_000)

/** Runs a program to its end. Throws with what it said. */
export function run(command: string, args: string[], cwd = process.cwd()): string {
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) }
  const done = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 30 })
  if (done.status !== 0) throw new Error(`${command} ${args[0]}: ${done.stderr || done.error?.message}`)
  return done.stdout
}

/** A `.tar.gz` of a folder whose bytes depend on nothing but what is in it. */
export function packFolder(folder: string, file: string): void {
  const plain = file.replace(/\.gz$/, '')
  const even = [
    '--sort=name',
    `--mtime=@${epoch}`,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--format=ustar',
  ]
  run('tar', [...even, '-cf', plain, '-C', folder, '.'])
  run('gzip', ['-nf', plain])
}
