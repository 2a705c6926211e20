import { modules } from '../app'
import { scopesOf } from '../core/module'
import type { KeyView } from '../platform/identity/key-view'
import {
  createKey,
  listKeys,
  type RevokedKey,
  revokeKey,
  rotateKey,
  updateKey,
} from '../platform/identity/keys'
import { type Command, textOf, UsageError } from './command'
import { seconds } from './duration'
import { exit } from './exit'
import { asMisuse } from './misuse'
import { withPlatform } from './open'
import { columns, printData, printIssued } from './print'

const id = [{ name: 'ID', required: true }]

const create: Command = {
  name: 'keys create',
  summary: 'Issue an API key and print it, this once',
  details:
    'Of a user, an organization or both (then the organization owns what it writes). With --service an ingest key that may only send metrics.',
  flags: {
    tier: { value: 'TIER', description: 'free, basic, solo, premium, team or enterprise' },
    'user-id': { value: 'ID', description: 'whose key it is; an email address stands for its hash' },
    'org-id': { value: 'ID', description: 'the organization it belongs to' },
    scopes: {
      value: 'A,B',
      description: 'e.g. journal:read,journal:write; default * (everything but admin and metrics:…)',
    },
    'expires-at': { value: 'ISO', description: 'when it ends, e.g. 2027-12-31T00:00:00Z; default never' },
    name: { value: 'NAME', description: 'what it is for' },
    service: { value: 'NAME', description: 'make an ingest key for this service' },
    'rate-limit': {
      value: 'N',
      description: 'requests a minute of an ingest key; default METRICS_RATE_LIMIT',
    },
  },
  json: true,
  example: 'holdfast keys create --tier premium --user-id alice --scopes journal:read,journal:write',
  run: (invocation) =>
    withPlatform(invocation, async ({ storage, config }) => {
      const text = (name: string) => textOf(invocation, name)
      const issued = createKey(storage.system, {
        tier: text('tier'),
        userId: text('user-id'),
        orgId: text('org-id'),
        scopes: text('scopes')
          ?.split(',')
          .map((scope) => scope.trim()),
        knownScopes: modules.flatMap(scopesOf),
        expiresAt: text('expires-at'),
        name: text('name'),
        service: text('service'),
        limits: limitsOf(text('rate-limit')),
        prefix: config.API_KEY_PREFIX,
        namespace: config.IDENTITY_NAMESPACE,
      })
      printIssued(invocation, await asMisuse('keys create', issued), aboutIssued)
      return exit.done
    }),
}

const limitsOf = (minute: string | undefined) => (minute === undefined ? null : { minute: Number(minute) })

const aboutIssued = ({ id, owner, tier }: KeyView) => `Key ${id} of ${owner}, tier ${tier}. It is shown once:`

const list: Command = {
  name: 'keys list',
  existing: true,
  summary: 'List keys, newest first; their text is nowhere to be read',
  flags: { owner: { value: 'ID', description: 'only the keys of this owner' } },
  json: true,
  example: 'holdfast keys list --json',
  run: (invocation) =>
    withPlatform(invocation, async ({ storage }) => {
      printData(invocation, await listKeys(storage.system, { owner: textOf(invocation, 'owner') }), (keys) =>
        keys.length === 0 ? 'no keys' : columns([head, ...keys.map(rowOf)]),
      )
      return exit.done
    }),
}

const head = ['ID', 'STATUS', 'TIER', 'OWNER', 'NAME', 'SCOPES', 'LIMITS', 'EXPIRES', 'LAST USED']
const rowOf = (key: KeyView) => [
  key.id,
  key.status,
  key.tier,
  key.owner,
  key.name ?? key.service ?? '',
  key.scopes.join(','),
  Object.entries(key.limits ?? {})
    .map(([window, limit]) => `${limit}/${window}`)
    .join(',') || 'usual',
  key.expires_at ?? key.overlap_ends_at ?? 'never',
  key.last_used_at ?? 'never',
]

const rotate: Command = {
  name: 'keys rotate',
  summary: 'Replace a key by a new one, which is printed this once',
  positionals: id,
  flags: {
    overlap: { value: 'TIME', description: 'the old key works for this long, e.g. 24h; default not at all' },
  },
  json: true,
  example: 'holdfast keys rotate 3f0c9a52-7d1e-4b8a-9a55-0c2f6f1f5a11 --overlap 24h',
  run: (invocation) => {
    const overlap = textOf(invocation, 'overlap')
    const overlapSeconds = overlap === undefined ? 0 : seconds(overlap, 'overlap')
    return withPlatform(invocation, async ({ storage, config }) => {
      const options = { overlapSeconds, prefix: config.API_KEY_PREFIX }
      const issued = rotateKey(storage.system, invocation.positionals[0]!, options)
      printIssued(invocation, await asMisuse('keys rotate', issued), aboutIssued)
      return exit.done
    })
  },
}

const update: Command = {
  name: 'keys update',
  summary: 'Change how many requests a minute an ingest key may send',
  details: 'Servers take it up within 5 seconds, with the same share of the limit left.',
  positionals: id,
  flags: { 'rate-limit': { value: 'N', description: 'requests a minute, or usual for METRICS_RATE_LIMIT' } },
  json: true,
  example: 'holdfast keys update 3f0c9a52-7d1e-4b8a-9a55-0c2f6f1f5a11 --rate-limit 5000',
  run: (invocation) => {
    const asked = textOf(invocation, 'rate-limit')
    if (asked === undefined) throw new UsageError('what is to change? Give --rate-limit N', 'keys update')
    return withPlatform(invocation, async ({ storage }) => {
      const limits = limitsOf(asked === 'usual' ? undefined : asked)
      const updated = updateKey(storage.system, invocation.positionals[0]!, { limits })
      printData(invocation, await asMisuse('keys update', updated), (key) => columns([head, rowOf(key)]))
      return exit.done
    })
  },
}

const revoke: Command = {
  name: 'keys revoke',
  summary: 'End a key for good',
  details:
    'Ends the keys that it replaced, too, where their overlap is not over. The key that replaced it goes on: end that one to end all.',
  positionals: id,
  json: true,
  example: 'holdfast keys revoke 3f0c9a52-7d1e-4b8a-9a55-0c2f6f1f5a11',
  run: (invocation) =>
    withPlatform(invocation, async ({ storage }) => {
      const revoked = await revokeKey(storage.system, invocation.positionals[0]!)
      printData(invocation, revoked, showRevoked)
      return exit.done
    }),
}

function showRevoked({ id, owner, also_revoked }: RevokedKey): string {
  const done = `Key ${id} of ${owner} no longer works.`
  return also_revoked.length > 0 ? `${done} Nor does what it had replaced: ${also_revoked.join(', ')}.` : done
}

/** The name that an older key script had; the same flags. */
const generate: Command = {
  ...create,
  name: 'generate-api-key',
  summary: 'The same as keys create',
  example: 'holdfast generate-api-key --tier solo --user-id alice --org-id acme',
}

export const keyCommands = [create, generate, list, update, rotate, revoke]
