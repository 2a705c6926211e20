import type { Usage } from '../../core/module'
import type { Principal } from '../../core/principal'
import { defineResource, type Resource } from '../../core/resource'

export interface PlatformResourceParts {
  /** The public report of the server and its parts. */
  status(): Promise<Record<string, unknown>>
  usage(principal: Principal): Promise<Usage>
}

const mimeType = 'application/json'

/** What every server has to read, whatever modules run. */
export const platformResources = ({ status, usage }: PlatformResourceParts): Resource[] => [
  defineResource({
    name: 'server_status',
    uri: 'status://server',
    title: 'Server status',
    description: 'Version, uptime and the state of every part of the server. Read it when calls fail.',
    mimeType,
    scope: null,
    cost: 0,
    read: async () => ({ text: JSON.stringify(await status()) }),
  }),
  defineResource({
    name: 'own_usage',
    uri: 'status://usage',
    title: 'Own usage',
    description: 'The caller’s tier, limits and use of each window. Read it before a long series of calls.',
    mimeType,
    scope: null,
    cost: 0,
    read: async (_, { principal }) => ({ text: JSON.stringify(await usage(principal)) }),
  }),
]
