import type { Component, Running } from '../../core/module'

/** What a folder of the module brings; a part's check and stop are its own. */
export interface Part extends Partial<Omit<Running, 'check' | 'stop'>> {
  check?(): Promise<Component>
  stop?(): Promise<void>
}

/** All parts as one. The first component that is not healthy speaks for the module. */
export function joinParts(parts: Part[]): Running {
  return {
    operations: parts.flatMap(({ operations = [] }) => operations),
    routes: parts.flatMap(({ routes = [] }) => routes),
    jobs: parts.flatMap(({ jobs = [] }) => jobs),
    resources: parts.flatMap(({ resources = [] }) => resources),
    prompts: parts.flatMap(({ prompts = [] }) => prompts),
    async check() {
      const found = await Promise.all(parts.map((part) => part.check?.()))
      return found.find((component) => component && component.status !== 'healthy') ?? { status: 'healthy' }
    },
    async stop() {
      for (const part of parts) await part.stop?.()
    },
  }
}
