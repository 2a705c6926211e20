import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Component, Host, Module, Running } from './core/module'
import { localFiles, workThreads } from './local-databases'
import type { Loaded } from './platform/config/load'
import type { Mounted } from './platform/dispatch/dispatch'
import type { Identity } from './platform/identity/identity'
import type { Jobs } from './platform/jobs/jobs'
import type { Limits } from './platform/limits/limits'
import type { Storage } from './platform/storage/storage'
import type { Telemetry } from './platform/telemetry/telemetry'

/** What the ports of every module's host lead to. */
export interface ModuleParts {
  loaded: Loaded
  telemetry: Telemetry
  storage: Storage
  limits: Limits
  jobs: Jobs
  identity: Identity
  fetch(url: string, init?: RequestInit): Promise<Response>
  now(): number
  newId(): string
}

/** The running modules, as the platform uses them. */
export interface Started {
  mounted: Mounted[]
  checks: Record<string, () => Promise<Component>>
  /** Settles once every module may be asked. */
  ready: Promise<unknown>
  /** Begins what they do of themselves. */
  begin(): void
  /** Stops them, the last one first. */
  stop(): Promise<void>
}

/** Starts the modules one after the other, each with a host of its own. Those that run are stopped when a later one cannot start. */
export async function startModules(modules: readonly Module[], parts: ModuleParts): Promise<Started> {
  const started: { module: Module; running: Running }[] = []
  const stop = async () => {
    for (const { running } of started.splice(0).reverse()) await running.stop?.()
  }
  try {
    for (const module of modules)
      started.push({ module, running: await module.start(hostOf(module, parts) as never) })
  } catch (error) {
    await stop()
    throw error
  }
  const healthy = async (): Promise<Component> => ({ status: 'healthy' })
  return {
    mounted: started.map(mount),
    checks: Object.fromEntries(started.map(({ module, running }) => [module.name, running.check ?? healthy])),
    ready: Promise.all(started.map(({ running }) => running.ready)),
    begin() {
      for (const { running } of started) running.begin?.()
    },
    stop,
  }
}

const mount = ({ module, running }: { module: Module; running: Running }): Mounted => ({
  module: module.name,
  title: module.title,
  description: module.description,
  operations: running.operations,
  routes: running.routes ?? [],
  jobs: running.jobs ?? [],
  resources: running.resources ?? [],
  prompts: running.prompts ?? [],
  answers: module.answers ?? {},
})

function hostOf({ name }: Module, parts: ModuleParts): Host<unknown> {
  const { telemetry, storage, loaded } = parts
  const { config } = loaded
  const folder = join(config.DATA_DIR ?? './data', name)
  const own = { settings: loaded.modules[name] ?? {}, log: telemetry.log(name), now: parts.now }
  return {
    ...own,
    dialect: storage.dialect,
    meter: telemetry.meter,
    newId: parts.newId,
    fetch: parts.fetch,
    folder: () => makeFolder(folder),
    usage: (principal) => parts.limits.usage(principal),
    enqueue: (kind, owner, payload) => parts.jobs.enqueue(kind, owner, payload),
    acceptSenders: (keys) => parts.identity.acceptSenders(keys),
    ...localFiles(config.DATA_DIR!),
    ...workThreads({ ...own, folder }, { storage, config }),
  }
}

function makeFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  return path
}
