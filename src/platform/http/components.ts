import type { Component } from '../../core/module'
import type { Limits } from '../limits/limits'
import type { Storage } from '../storage/storage'
import type { Checks, Watch } from './watch'

/** How far a database's schema is from this binary's. */
export interface SchemaState {
  current: string | null
  needed: string
  pending: readonly unknown[]
  newer: boolean
}

export interface ComponentParts {
  storage: Pick<Storage, 'ping'>
  limits: Pick<Limits, 'check'>
  /** Says whether the schema is this binary's. */
  migrator?: { status(): Promise<SchemaState> }
  /** One a module. */
  components: Checks
  /** Systems outside of this server; none are looked at by default. */
  external?: Checks
}

const external = 'external: '

/** Everything that is looked at, by name. */
export function checksOf({
  storage,
  limits,
  migrator,
  components,
  external: outside = {},
}: ComponentParts): Checks {
  const database = async (): Promise<Component> => {
    await storage.ping()
    return { status: 'healthy' }
  }
  const outer = Object.entries(outside).map(([name, check]) => [external + name, check] as const)
  return {
    ...components,
    database,
    storage: async () => (migrator ? schemaState(await migrator.status()) : database()),
    rate_limiter: () => limits.check(),
    ...Object.fromEntries(outer),
  }
}

function schemaState(schema: SchemaState): Component {
  if (!schema.newer && schema.pending.length === 0) return { status: 'healthy' }
  const detail = `schema is at ${schema.current ?? '0000'}, this binary needs ${schema.needed}`
  // A start is refused on a newer schema; who serves while a newer binary adds to it must not be taken out before that one is there.
  return { status: schema.newer ? 'degraded' : 'unhealthy', detail }
}

/** What the last look found. */
export interface States {
  overall: Component['status']
  components: Record<string, Component>
  external: Record<string, Component>
}

/** The server cannot work without these; whatever else is down leaves it degraded. */
const vital = ['database', 'storage', 'rate_limiter']

/** The components as `/status` names them, and what follows for the whole. */
export async function stateOf(watch: Watch): Promise<States> {
  const { database, storage, rate_limiter, ...others } = (await watch.states()) as Record<string, Component>
  const inner = Object.entries(others).filter(([name]) => !name.startsWith(external))
  const outer = Object.entries(others).filter(([name]) => name.startsWith(external))
  const components = {
    database: database!,
    storage: storage!,
    subscription_validator: database!.status === 'healthy' ? database! : cannotValidate,
    rate_limiter: rate_limiter!,
    ...Object.fromEntries(inner),
  }
  const overall = overallOf(
    components,
    outer.map(([, state]) => state),
  )
  return {
    overall,
    components,
    external: Object.fromEntries(outer.map(([name, state]) => [name.slice(external.length), state])),
  }
}

const cannotValidate: Component = {
  status: 'unhealthy',
  detail: 'cannot look up credentials without the database',
}

function overallOf(components: Record<string, Component>, outer: Component[]): Component['status'] {
  if (vital.some((name) => components[name]?.status === 'unhealthy')) return 'unhealthy'
  const all = [...Object.values(components), ...outer]
  return all.every(({ status }) => status === 'healthy' || status === 'unknown') ? 'healthy' : 'degraded'
}

/** One line about a component. */
export const textOf = ({ status, detail }: Component) =>
  detail && status !== 'healthy' ? `${status}: ${detail}` : status
