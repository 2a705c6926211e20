import { AppError } from '../../../core/errors'
import type { Ran } from './git'

/** For a ref that there is not; `isNone` says what it is not. */
export const refNotFound = (isNone: string): AppError =>
  new AppError('not_found', `ref not found: it is ${isNone}`, {
    code: 'ref_not_found',
    advice: 'Give a branch, a tag or a whole commit hash that the repository has.',
  })

/** What git's words mean for whoever asked; `lasting` faults are not tried again. */
const meanings: {
  words: RegExp
  kind: 'not_found' | 'invalid' | 'unavailable' | 'too_large' | 'forbidden'
  code: string
  message: string
}[] = [
  {
    words: /SIGXFSZ|signal 25|File too large|file write error|SIGKILL.*timed out/i,
    kind: 'too_large',
    code: 'repository_too_large',
    message: 'The repository is larger than this server takes (CODE_MAX_REPOSITORY_SIZE)',
  },
  {
    words:
      /repository .*not found|returned error: 404|does not appear to be a git repository|Repository not found|info\/refs not valid|not valid: is this a git repository/i,
    kind: 'not_found',
    code: 'repository_not_found',
    message: 'The remote has no such repository, or does not show it without a credential',
  },
  {
    words:
      /could not read Username|could not read Password|Authentication failed|returned error: 40[13]|Permission denied|terminal prompts disabled/i,
    kind: 'not_found',
    code: 'repository_not_found',
    message: 'The remote has no such repository, or does not show it without a credential',
  },
  {
    words: /returned error: 30\d|redirect/i,
    kind: 'invalid',
    code: 'repository_moved',
    message: 'The remote answers with another address: use the repository’s present URL',
  },
  {
    words: /SSL certificate|certificate verification|server certificate/i,
    kind: 'invalid',
    code: 'certificate_refused',
    message: 'The remote’s certificate cannot be verified',
  },
  {
    words: /transport '.*' not allowed|protocol .* not allowed/i,
    kind: 'invalid',
    code: 'protocol_refused',
    message: 'The repository’s protocol is refused',
  },
]

const unknownRef = /not our ref|couldn't find remote ref|no such remote ref|unadvertised object/i

/** A public error for a failed git: what to change where that is known, else that the remote could not be read. */
export function explainFailure({ errorText }: Ran): AppError {
  if (/SIGKILL/.test(errorText) && !/SIGXFSZ/.test(errorText))
    return new AppError(
      'timeout',
      'The remote took longer than this server waits (CODE_FETCH_TIMEOUT_SECONDS)',
      { code: 'fetch_timeout' },
    )
  if (unknownRef.test(errorText))
    return refNotFound('neither a branch nor a tag nor a commit that the remote gives out')
  const found = meanings.find(({ words }) => words.test(errorText))
  if (found) return new AppError(found.kind, found.message, { code: found.code })
  return new AppError('unavailable', 'The remote could not be read: it is down, or it broke off', {
    code: 'remote_unavailable',
  })
}

/** True when trying again later may help; nobody installs git meanwhile. */
export const isPassing = (error: unknown): boolean =>
  !(error instanceof AppError) ||
  ((error.kind === 'unavailable' || error.kind === 'timeout') && error.code !== 'git_missing')
