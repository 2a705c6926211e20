import { AppError } from '../../../core/errors'
import type { Host, RawRequest, RawRoute } from '../../../core/module'
import type { CodeSettings } from '../settings'
import { type Push, readPush } from './push'
import { fingerprint, sameText, signatureOf } from './signature'

/** The kind of background job that acts on a push. */
export const pushKind = 'code.push'

/** A host that tells of pushes: how it signs, and which of its events are pushes. */
interface Source {
  name: string
  title: string
  description: string
  secret: (settings: CodeSettings) => string | undefined
  setting: string
  /** True when the request was signed with the secret. */
  isSigned(request: Request, body: string, secret: string, now: number): boolean
  /** The event's name; null when there is none. */
  event(request: Request): string | null
  isPush(event: string): boolean
  /** What a repeated delivery repeats. */
  signed(request: Request, body: string): string
}

const seconds = 300

const github: Source = {
  name: 'github',
  title: 'Pushes of GitHub',
  description:
    'The address for GitHub’s webhook, either content type, event push; signed with GITHUB_WEBHOOK_SECRET. The same delivery again changes nothing.',
  secret: ({ GITHUB_WEBHOOK_SECRET }) => GITHUB_WEBHOOK_SECRET,
  setting: 'GITHUB_WEBHOOK_SECRET',
  isSigned: ({ headers }, body, secret) =>
    sameText(headers.get('x-hub-signature-256') ?? '', signatureOf(secret, body)),
  event: ({ headers }) => headers.get('x-github-event'),
  isPush: (event) => event === 'push',
  signed: (_, body) => body,
}

const gitlab: Source = {
  name: 'gitlab',
  title: 'Pushes of GitLab',
  description:
    'The address for GitLab’s webhook, push and tag events, with GITLAB_WEBHOOK_TOKEN as its secret token.',
  secret: ({ GITLAB_WEBHOOK_TOKEN }) => GITLAB_WEBHOOK_TOKEN,
  setting: 'GITLAB_WEBHOOK_TOKEN',
  isSigned: ({ headers }, _, secret) => sameText(headers.get('x-gitlab-token') ?? '', secret),
  event: ({ headers }) => headers.get('x-gitlab-event'),
  isPush: (event) => event === 'Push Hook' || event === 'Tag Push Hook',
  signed: (_, body) => body,
}

const plain: Source = {
  name: 'git',
  title: 'Pushes of any host',
  description:
    'For a hook of your own: JSON with repository (URL), ref and commit; X-Timestamp (Unix seconds, at most 5 minutes off) and X-Signature-256: sha256=HMAC-SHA256 of "<timestamp>.<body>" with CODE_WEBHOOK_SECRET.',
  secret: ({ CODE_WEBHOOK_SECRET }) => CODE_WEBHOOK_SECRET,
  setting: 'CODE_WEBHOOK_SECRET',
  isSigned({ headers }, body, secret, now) {
    const at = headers.get('x-timestamp') ?? ''
    const isFresh = /^\d{1,12}$/.test(at) && Math.abs(now / 1000 - Number(at)) <= seconds
    return sameText(headers.get('x-signature-256') ?? '', signatureOf(secret, `${at}.${body}`)) && isFresh
  },
  event: () => 'push',
  isPush: () => true,
  signed: ({ headers }, body) => `${headers.get('x-timestamp')}.${body}`,
}

/** Where hosts tell of pushes. What was answered with 200 is acted on even if the process dies right after. */
export const webhookRoutes = (host: Host<CodeSettings>): RawRoute[] =>
  [github, gitlab, plain].map((source) => ({
    method: 'POST',
    path: `/webhooks/${source.name}`,
    title: source.title,
    description: source.description,
    access: 'none',
    openapi: {
      requestBody: { required: true, content: { 'application/json': { schema: { type: 'object' } } } },
      responses: {
        200: { description: 'Taken.', content: { 'application/json': { example: { received: true } } } },
      },
    },
    handle: (raw) => receive(host, source, raw),
  }))

async function receive(host: Host<CodeSettings>, source: Source, { request }: RawRequest): Promise<Response> {
  const secret = source.secret(host.settings)
  if (!secret)
    throw new AppError('unavailable', `Webhooks of this kind are off: set ${source.setting}`, {
      code: 'webhook_off',
    })
  const body = await request.text()
  if (!source.isSigned(request, body, secret, host.now()))
    throw new AppError('unauthorized', 'The signature is missing, wrong or too old', {
      code: 'bad_signature',
    })
  const event = source.event(request)
  if (event === null) throw new AppError('malformed', 'The header that names the event is missing')
  const push = readPush(parse(jsonIn(request, body)), fingerprint(source.name, source.signed(request, body)))
  if (push && source.isPush(event)) await host.enqueue(pushKind, null, push satisfies Push)
  return Response.json({ received: true })
}

/** GitHub sends a form with the JSON in it, unless it is told otherwise. */
const jsonIn = ({ headers }: Request, body: string): string =>
  headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
    ? (new URLSearchParams(body).get('payload') ?? '')
    : body

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new AppError('malformed', 'The body is not valid JSON')
  }
}
