import type { Platform } from '../app'
import {
  cancelSubscription,
  createSubscription,
  listSubscriptions,
  type SubscriptionView,
  updateSubscription,
} from '../platform/identity/subscriptions'
import { type Command, type Flag, type Invocation, textOf } from './command'
import { exit } from './exit'
import { asMisuse } from './misuse'
import { withPlatform } from './open'
import { columns, printData, printIssued } from './print'

const email: Flag = { value: 'E', description: 'email address; only its hash is kept', required: true }
const change: Record<string, Flag> = {
  tier: { value: 'T', description: 'free, basic, solo, premium, team or enterprise' },
  key: { value: 'K', description: 'fm_sub_ and 1 to 200 of A-Z a-z 0-9 _ -' },
  status: { value: 'S', description: 'active, trial, past_due, cancelled, expired or suspended' },
  'expires-at': { value: 'ISO', description: 'when it ends; it works for 7 days more. `never` for no end' },
}

const who = (invocation: Invocation, { config }: Platform) => ({
  email: textOf(invocation, 'email')!,
  namespace: config.IDENTITY_NAMESPACE,
})

function changeOf(invocation: Invocation) {
  const end = textOf(invocation, 'expires-at')
  return {
    tier: textOf(invocation, 'tier'),
    key: textOf(invocation, 'key'),
    status: textOf(invocation, 'status'),
    expiresAt: end === 'never' ? null : end,
  }
}

const show = ({ user_id, tier, status, expires_at }: SubscriptionView) =>
  `Subscription of ${user_id}: tier ${tier}, ${status}, ${expires_at ? `until ${expires_at}` : 'without end'}`

const create: Command = {
  name: 'subscriptions create',
  summary: 'Give an email address a subscription; prints its key, this once',
  flags: {
    email,
    ...change,
    tier: { ...change.tier!, required: true },
    key: { ...change.key!, description: `${change.key!.description}; made when absent` },
  },
  json: true,
  example: 'holdfast subscriptions create --email ada@example.com --tier premium',
  run: (invocation) =>
    withPlatform(invocation, async (platform) => {
      const input = { ...who(invocation, platform), ...changeOf(invocation) }
      const created = await asMisuse(
        'subscriptions create',
        createSubscription(platform.storage.system, input),
      )
      printIssued(invocation, created, (made) => `${show(made)}. Its key is shown once:`)
      return exit.done
    }),
}

const list: Command = {
  name: 'subscriptions list',
  existing: true,
  summary: 'List subscriptions, newest first',
  json: true,
  example: 'holdfast subscriptions list',
  run: (invocation) =>
    withPlatform(invocation, async ({ storage }) => {
      printData(invocation, await listSubscriptions(storage.system), (all) =>
        all.length === 0
          ? 'no subscriptions'
          : columns([
              ['OWNER', 'STATUS', 'TIER', 'EXPIRES', 'UPDATED'],
              ...all.map((one) => [
                one.user_id,
                one.status,
                one.tier,
                one.expires_at ?? 'never',
                one.updated_at,
              ]),
            ]),
      )
      return exit.done
    }),
}

const update: Command = {
  name: 'subscriptions update',
  summary: 'Change a subscription; what is not given stays',
  flags: { email, ...change },
  json: true,
  example: 'holdfast subscriptions update --email ada@example.com --tier team --expires-at 2027-12-31',
  run: (invocation) =>
    withPlatform(invocation, async (platform) => {
      const input = { ...who(invocation, platform), ...changeOf(invocation) }
      printData(
        invocation,
        await asMisuse('subscriptions update', updateSubscription(platform.storage.system, input)),
        show,
      )
      return exit.done
    }),
}

const cancel: Command = {
  name: 'subscriptions cancel',
  summary: 'End a subscription at once',
  flags: { email },
  json: true,
  example: 'holdfast subscriptions cancel --email ada@example.com',
  run: (invocation) =>
    withPlatform(invocation, async (platform) => {
      const cancelled = cancelSubscription(platform.storage.system, who(invocation, platform))
      printData(invocation, await asMisuse('subscriptions cancel', cancelled), show)
      return exit.done
    }),
}

export const subscriptionCommands = [create, list, update, cancel]
