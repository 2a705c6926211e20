import type { Prompt } from '../../core/prompt'
import { type Resource, type Variables, variablesOf } from '../../core/resource'
import type { Mounted } from '../dispatch/dispatch'
import { isSelected, isVisible, type Selection } from './selection'

/** A resource with the module it came from; null is the platform. */
export interface Shelved {
  module: string | null
  resource: Resource
  /** Variables of its template; empty for a fixed URI. */
  variables: readonly string[]
  match(uri: string): Variables | undefined
}

/**
 * The resources and prompts of all modules. A caller sees only what they may use; what only a scope is missing for is found, so that its
 * use can be refused by naming the scope.
 */
export interface Library {
  readonly resources: readonly Shelved[]
  resourcesFor(selection: Selection): Shelved[]
  findResource(uri: string, selection: Selection): { shelved: Shelved; variables: Variables } | undefined
  promptsFor(selection: Selection): Prompt[]
  findPrompt(name: string, selection: Selection): Prompt | undefined
  readonly hasPrompts: boolean
}

/** Throws when two modules use one name or URI. */
export function createLibrary(mounted: readonly Mounted[], own: readonly Resource[] = []): Library {
  const resources = [
    ...own.map((resource) => shelve(null, resource)),
    ...mounted.flatMap(({ module, resources = [] }) => resources.map((resource) => shelve(module, resource))),
  ]
  const prompts = mounted.flatMap(({ module, prompts = [] }) => prompts.map((prompt) => ({ module, prompt })))
  refuseTwins([...resources.map(({ resource }) => resource.name)], 'resources')
  refuseTwins([...resources.map(({ resource }) => resource.uri)], 'resources')
  refuseTwins([...prompts.map(({ prompt }) => prompt.name)], 'prompts')

  const resourcesFor = (selection: Selection) =>
    resources.filter(({ module, resource }) => isVisible(readOnly(module, resource), selection))
  const promptsFor = (selection: Selection) =>
    prompts
      .filter(({ module, prompt }) => isVisible(readOnly(module, prompt), selection))
      .map(({ prompt }) => prompt)
  return {
    resources,
    resourcesFor,
    findResource(uri, selection) {
      if (uri.length > longestUri) return undefined
      for (const shelved of resources) {
        if (!isSelected(readOnly(shelved.module, shelved.resource), selection)) continue
        const variables = shelved.match(uri)
        if (variables) return { shelved, variables }
      }
      return undefined
    },
    promptsFor,
    findPrompt(wanted, selection) {
      const found = prompts.find(({ prompt }) => prompt.name === wanted)
      return found && isSelected(readOnly(found.module, found.prompt), selection) ? found.prompt : undefined
    },
    hasPrompts: prompts.length > 0,
  }
}

/** Longer URIs name nothing: clients' wishes are kept as they were sent, so what they may hold has an end. */
const longestUri = 500

const readOnly = (module: string | null, { scope }: { scope: string | null }) => ({
  module,
  scope,
  hints: { readOnly: true },
})

function refuseTwins(names: string[], kind: string): void {
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin !== undefined) throw new Error(`two ${kind} are called ${twin}`)
}

function shelve(module: string | null, resource: Resource): Shelved {
  const variables = variablesOf(resource.uri)
  const literal = resource.uri.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '([^/]+)')
  const form = new RegExp(`^${literal}$`)
  return {
    module,
    resource,
    variables,
    match(uri) {
      const values = form.exec(uri)?.slice(1)
      return values && named(variables, values)
    },
  }
}

/** Undefined where the percent-encoding is broken: nothing has such a URI. */
function named(variables: readonly string[], values: string[]): Variables | undefined {
  try {
    return Object.fromEntries(variables.map((name, index) => [name, decodeURIComponent(values[index]!)]))
  } catch {
    return undefined
  }
}
