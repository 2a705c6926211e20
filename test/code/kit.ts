import { expect } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { TestApp } from '../kit/app'
import { emptyFolder } from '../kit/folder'

/** Runs git in a folder, as a person would, without this machine's own configuration. */
export function git(folder: string, ...args: string[]): string {
  const ran = Bun.spawnSync(
    ['git', '-c', 'init.defaultBranch=main', '-c', 'protocol.file.allow=always', ...args],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH!,
        HOME: folder,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'Ann',
        GIT_AUTHOR_EMAIL: 'ann@example.org',
        GIT_COMMITTER_NAME: 'Ann',
        GIT_COMMITTER_EMAIL: 'ann@example.org',
      },
    },
  )
  if (ran.exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${ran.stderr}`)
  return ran.stdout.toString().trim()
}

export type Files = Record<string, string | Uint8Array | null>

/** A repository in a folder of its own, and what people do with it. */
export interface WorkRepository {
  folder: string
  /** Writes these files (null removes one) and commits; returns the commit. */
  commit(files: Files, message?: string): string
  write(files: Files): void
}

export function workRepository(files: Files = {}): WorkRepository {
  const folder = emptyFolder()
  git(folder, 'init', '-q')
  const write = (changed: Files) => {
    for (const [path, content] of Object.entries(changed)) {
      const target = join(folder, path)
      if (content === null) {
        rmSync(target, { recursive: true })
        continue
      }
      mkdirSync(dirname(target), { recursive: true })
      writeFileSync(target, content)
    }
  }
  const commit = (changed: Files, message = 'change') => {
    write(changed)
    git(folder, 'add', '-A')
    git(folder, 'commit', '-q', '--allow-empty', '-m', message)
    return git(folder, 'rev-parse', 'HEAD')
  }
  if (Object.keys(files).length > 0) commit(files)
  return { folder, commit, write }
}

/** Repositories over real HTTP, served by git's own backend. */
export interface FixtureServer {
  url: string
  /** Requests that came in: method and path. */
  requests: string[]
  /** Serves a repository under `owner/name`; `push` brings what was committed since. */
  publish(name: string, from: WorkRepository): { push(): void; bare: string }
  /** From now on a repository wants this token as its password. */
  protect(name: string, token: string): void
  stop(): Promise<void>
}

export function fixtureServer(): FixtureServer {
  const root = emptyFolder()
  const requests: string[] = []
  const tokens = new Map<string, string>()
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch(request) {
      const { pathname } = new URL(request.url)
      requests.push(`${request.method} ${pathname}`)
      const [, owner, name] = pathname.split('/')
      const token = tokens.get(`${owner}/${name}`.replace(/\.git$/, ''))
      if (token && !mayPass(request, token))
        return new Response('who?', { status: 401, headers: { 'www-authenticate': 'Basic realm="git"' } })
      return answer(root, request)
    },
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    requests,
    publish(name, from) {
      const bare = join(root, name)
      mkdirSync(bare, { recursive: true })
      git(bare, 'init', '-q', '--bare')
      git(bare, 'config', 'uploadpack.allowFilter', 'true')
      git(bare, 'config', 'uploadpack.allowAnySHA1InWant', 'true')
      const push = () => {
        if (!git(from.folder, 'for-each-ref')) return
        git(from.folder, 'push', '-q', '--force', '--all', bare)
        git(from.folder, 'push', '-q', '--force', '--tags', bare)
      }
      push()
      return { push, bare }
    },
    protect: (name, token) => void tokens.set(name, token),
    stop: () => server.stop(true),
  }
}

function mayPass(request: Request, token: string): boolean {
  const [, encoded = ''] = (request.headers.get('authorization') ?? '').split(' ')
  return Buffer.from(encoded, 'base64').toString().split(':')[1] === token
}

/** Hands a request to `git http-backend` by CGI. */
async function answer(root: string, request: Request): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const body = new Uint8Array(await request.arrayBuffer())
  const child = Bun.spawn(['git', 'http-backend'], {
    stdin: body,
    stdout: 'pipe',
    stderr: 'ignore',
    env: {
      PATH: process.env.PATH!,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers.get('content-type') ?? '',
      CONTENT_LENGTH: String(body.length),
      GIT_PROTOCOL: request.headers.get('git-protocol') ?? '',
      HTTP_CONTENT_ENCODING: request.headers.get('content-encoding') ?? '',
    },
  })
  const output = Buffer.from(await new Response(child.stdout).arrayBuffer())
  const end = output.indexOf('\r\n\r\n')
  const headers = new Headers()
  let status = 200
  for (const line of output.subarray(0, end).toString().split('\r\n')) {
    const [name, value] = line.split(': ')
    if (name === 'Status') status = Number(value!.slice(0, 3))
    else if (name) headers.set(name, value!)
  }
  return new Response(output.subarray(end + 4), { status, headers })
}

/** Settings under which the fixture server is a usual place for repositories. */
export const fixtureEnv = (server: FixtureServer): Record<string, string> => ({
  KOTA_GIT_BASE_URL: server.url,
  CODE_ALLOW_PRIVATE_HOSTS: 'true',
})

export interface JobAnswer {
  runId: string
  status: string
  repository: string
  repository_id: string
  commit: string | null
  stats: Record<string, number> | null
  error_code: string | null
  error_message: string | null
  [more: string]: unknown
}

/** Asks for an index and waits for its end, whatever that is. */
export async function index(
  app: TestApp,
  repository: string,
  options: { ref?: string; key?: string } = {},
): Promise<JobAnswer> {
  const { key, ref } = options
  const answer = await app.tool(
    'index_repository',
    { repository, wait_seconds: 60, ...(ref === undefined ? {} : { ref }) },
    key ?? app.key,
  )
  if (answer.isError || answer.error) throw new Error(answer.content?.[0]?.text ?? answer.error?.message)
  return answer.structuredContent as JobAnswer
}

/** Publishes these files as `name`, indexes them and returns the repository. The job must succeed. */
export async function indexed(
  app: TestApp,
  server: FixtureServer,
  name: string,
  files: Files,
  key?: string,
): Promise<WorkRepository & { push(): void; id: string }> {
  const work = workRepository(files)
  const { push } = server.publish(name, work)
  const job = await index(app, name, key === undefined ? {} : { key })
  expect([job.status, job.error_message]).toEqual(['completed', null])
  return { ...work, push, id: job.repository_id }
}

/** Looks again and again, for at most 40 seconds, until it is so. */
export async function eventually(look: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 40_000; ; await Bun.sleep(50)) {
    try {
      return await look()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
