import type { Extension } from '../../src/platform/mcp/extension'
import { inputTools } from './suite-inputs'
import { attachPrompts, attachResources } from './suite-library'
import { requestTools } from './suite-requests'
import { taskTools } from './suite-tasks'
import { plainTools } from './suite-tools'

/** Everything that the official conformance suite expects a server to have. */
export const suite: Extension = {
  capabilities: { logging: {}, completions: {}, prompts: {}, resources: { subscribe: true } },
  tools: [...plainTools, ...inputTools, ...requestTools, ...taskTools],
  attach(server) {
    attachResources(server)
    attachPrompts(server)
  },
}
