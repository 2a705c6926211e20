import { AppError } from '../../../core/errors'
import type { Git } from './git'

/** The first git that heeds `http.curloptResolve` (release notes of 2.37.0); older ones pass over it in silence. */
export const pinningSince = '2.37'

/** True when this git can be held to the addresses that were checked, so that a name cannot lead elsewhere at its second look-up. */
export function canPin(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return major > 2 || (major === 2 && minor >= 37)
}

/** Throws `git_too_old` where git would look the host up a second time and could be led to a private address. */
export async function requirePinning(git: Git): Promise<void> {
  const version = await git.version()
  if (version === undefined || canPin(version)) return
  throw new AppError(
    'unavailable',
    `git ${version} on this server cannot be held to the checked addresses of a host: its operator must install ${pinningSince} or later`,
    { code: 'git_too_old' },
  )
}
