import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../../../core/errors'
import type { Address } from './address'
import { explainFailure, refNotFound } from './failure'
import type { Git, RunOptions } from './git'
import { requirePinning } from './pinning'
import { publicAddresses, type Resolve } from './private-hosts'

export type RemoteAddress = Extract<Address, { kind: 'remote' }>

/** What a fetch may use and how far it may go. */
export interface RemoteOptions {
  /** Where known hosts and the asking script are kept. */
  folder: string
  allowPrivate: boolean
  resolve?: Resolve
  /** Given to git alone, by its asking script. */
  credentials?: { username: string; token: string } | undefined
  sshKey?: string | undefined
  timeoutSeconds: number
  /** Packed bytes. */
  largestPack: number
  largestFile: number
}

/** Where a ref of a remote stands. */
export interface Head {
  commit: string
  /** The branch or tag; null for a commit that was asked for by its hash. */
  branch: string | null
}

/** Settings and environment that lead git to this remote and nowhere else. */
export async function routeTo(git: Git, address: RemoteAddress, options: RemoteOptions): Promise<RunOptions> {
  const { transport, host, port } = address
  if (transport === 'http' && !options.allowPrivate)
    throw new AppError('invalid', 'Repositories are fetched over https or ssh, not http', {
      code: 'insecure_url',
    })
  const pinned = options.allowPrivate ? [] : await publicAddresses(host, options.resolve)
  const allow = `protocol.${transport}.allow=always`
  const limits = { timeoutSeconds: options.timeoutSeconds, largestFile: options.largestPack }
  if (transport === 'ssh')
    return { ...limits, config: [allow], env: sshEnvironment(host, pinned[0], options) }
  if (pinned.length > 0) await requirePinning(git)
  const config = [
    allow,
    ...(pinned.length > 0 ? [`http.curloptResolve=${host}:${port}:${pinned.map(bracketed).join(',')}`] : []),
  ]
  return { ...limits, config, env: askingEnvironment(options) }
}

const bracketed = (address: string) => (address.includes(':') ? `[${address}]` : address)

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

function sshEnvironment(
  host: string,
  pinned: string | undefined,
  { folder, sshKey }: RemoteOptions,
): Record<string, string> {
  if (!sshKey)
    throw new AppError(
      'invalid',
      'ssh URLs need a key, which this caller or server does not have: use the https URL',
      { code: 'ssh_unavailable' },
    )
  const place = pinned ? ` -o HostName=${pinned} -o HostKeyAlias=${host}` : ''
  return {
    GIT_SSH_VARIANT: 'ssh',
    GIT_SSH_COMMAND: `ssh -F /dev/null -i ${quoted(sshKey)} -o IdentitiesOnly=yes -o BatchMode=yes -o ConnectTimeout=15 -o StrictHostKeyChecking=accept-new -o UserKnownHostsFile=${quoted(join(folder, 'known_hosts'))}${place}`,
  }
}

/** Git asks this script for the name and the token; both stand in its environment alone. */
const askingScript =
  '#!/bin/sh\ncase "$1" in Username*) printf %s "$HOLDFAST_GIT_USERNAME" ;; *) printf %s "$HOLDFAST_GIT_TOKEN" ;; esac\n'

function askingEnvironment({ folder, credentials }: RemoteOptions): Record<string, string> {
  if (!credentials) return {}
  const script = join(folder, 'askpass')
  if (!existsSync(script)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeFileSync(script, askingScript, { mode: 0o700 })
    chmodSync(script, 0o700)
  }
  return {
    GIT_ASKPASS: script,
    HOLDFAST_GIT_USERNAME: credentials.username,
    HOLDFAST_GIT_TOKEN: credentials.token,
  }
}

/** What a remote may list, in bytes: some ten thousand refs of one name. */
const longestList = 1024 * 1024

/** A commit's hash, none of its shorter forms. */
export const wholeHash = /^[0-9a-f]{40}([0-9a-f]{24})?$/

/** Asks the remote where a ref stands; '' is its HEAD. Throws `ref_not_found`. */
export async function findHead(
  git: Git,
  address: RemoteAddress,
  ref: string,
  route: RunOptions,
  signal: AbortSignal,
): Promise<Head> {
  if (wholeHash.test(ref)) return { commit: ref, branch: null }
  const wanted = ref === '' ? ['HEAD'] : [`refs/heads/${ref}`, `refs/tags/${ref}^{}`, `refs/tags/${ref}`, ref]
  const ran = await git.run(['ls-remote', '--symref', '--', address.url, ...wanted], {
    ...route,
    signal,
    timeoutSeconds: 60,
    mostOutput: longestList,
  })
  if (ran.code !== 0) throw explainFailure(ran)
  const lines = ran.output.split('\n').map((line) => line.split('\t'))
  const hashes = new Map(
    lines.filter(([hash]) => wholeHash.test(hash!)).map(([hash, name]) => [name!, hash!]),
  )
  const name = wanted.find((candidate) => hashes.has(candidate))
  if (!name)
    throw ref === '' ? emptyRepository() : refNotFound('neither a branch nor a tag of the repository')
  const symbolic = lines.find(([target, source]) => source === 'HEAD' && target!.startsWith('ref: '))?.[0]
  return { commit: hashes.get(name)!, branch: ref || (symbolic?.replace('ref: refs/heads/', '') ?? null) }
}

const emptyRepository = () =>
  new AppError('not_found', 'The repository has no commits yet', { code: 'empty_repository' })

/**
 * Brings one commit into the bare repository at `gitDir`: no history, no large files, nothing that is there already. `keptAs` null leaves the
 * commit without a name there. Fetches into one repository follow each other: git's own lock would make the second fail.
 */
export function fetchCommit(
  git: Git,
  address: RemoteAddress,
  head: Head,
  gitDir: string,
  fetching: Fetching,
): Promise<void> {
  const fetched = (underWay.get(gitDir) ?? Promise.resolve()).then(() => {
    fetching.signal.throwIfAborted()
    return fetchNow(git, address, head, gitDir, fetching)
  })
  const settled = fetched.catch(() => {})
  underWay.set(gitDir, settled)
  void settled.then(() => underWay.get(gitDir) === settled && underWay.delete(gitDir))
  return fetched
}

/** The last fetch into each repository. */
const underWay = new Map<string, Promise<void>>()

interface Fetching {
  route: RunOptions
  largestFile: number
  signal: AbortSignal
  onProgress(text: string): void
  keptAs: 'refs/holdfast/tip' | null
}

async function fetchNow(
  git: Git,
  address: RemoteAddress,
  { commit }: Head,
  gitDir: string,
  { route, largestFile, signal, onProgress, keptAs }: Fetching,
): Promise<void> {
  if (!existsSync(join(gitDir, 'HEAD'))) {
    mkdirSync(gitDir, { recursive: true, mode: 0o700 })
    const made = await git.run(['init', '--quiet', '--bare', '--template=', '--', gitDir], { signal })
    if (made.code !== 0) throw new Error('git could not make a repository in the data folder')
  }
  const ran = await git.run(
    [
      'fetch',
      '--depth=1',
      `--filter=blob:limit=${largestFile + 1}`,
      '--no-tags',
      '--no-recurse-submodules',
      '--no-write-fetch-head',
      '--no-auto-maintenance',
      '--force',
      '--progress',
      '--',
      address.url,
      keptAs ? `${commit}:${keptAs}` : commit,
    ],
    { ...route, gitDir, signal, onProgress },
  )
  if (ran.code !== 0) throw explainFailure(ran)
}

/** The bare repository that keeps what was fetched, so that the next fetch brings changes alone. */
export const gitDirOf = (folder: string, { id }: { id: string }): string =>
  join(folder, 'repositories', `${id}.git`)
