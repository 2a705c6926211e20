import type { ElicitRequestFormParams, ElicitResult } from '@modelcontextprotocol/server'
import type { ExtensionTool } from '../../src/platform/mcp/extension'
import { text, tool } from './suite-tools'

const named = (name: string) => ({
  type: 'object' as const,
  properties: { [name]: { type: 'string' } },
  required: [name],
})

const eliciting = (name: string, properties: ElicitRequestFormParams['requestedSchema']['properties']) =>
  tool(name, async (_, { mcpReq }) => {
    const requestedSchema = { type: 'object' as const, properties, required: [] }
    return told(await mcpReq.elicitInput({ mode: 'form', message: 'Please review', requestedSchema }))
  })

const told = ({ action, content }: ElicitResult) => ({
  content: [text(`Elicitation completed: action=${action}, content=${JSON.stringify(content ?? {})}`)],
})

const choices = ['option1', 'option2', 'option3']
const titled = [
  { const: 'value1', title: 'First Option' },
  { const: 'value2', title: 'Second Option' },
  { const: 'value3', title: 'Third Option' },
]

/** Tools that send requests of their own to the client, as revisions before 2026-07-28 do. */
export const requestTools: ExtensionTool[] = [
  tool(
    'test_sampling',
    async ({ arguments: args }, { mcpReq }) => {
      const content = { type: 'text' as const, text: String(args?.prompt) }
      const answer = await mcpReq.requestSampling({ messages: [{ role: 'user', content }], maxTokens: 100 })
      return { content: [text(`LLM response: ${JSON.stringify(answer.content)}`)] }
    },
    named('prompt'),
  ),
  tool(
    'test_elicitation',
    async ({ arguments: args }, { mcpReq }) => {
      const properties = {
        username: { type: 'string' as const, description: "User's response" },
        email: { type: 'string' as const, description: "User's email address" },
      }
      const requestedSchema = { type: 'object' as const, properties, required: ['username', 'email'] }
      const answer = await mcpReq.elicitInput({
        mode: 'form',
        message: String(args?.message),
        requestedSchema,
      })
      return { content: [text(`User response: ${JSON.stringify(answer)}`)] }
    },
    named('message'),
  ),
  eliciting('test_elicitation_sep1034_defaults', {
    name: { type: 'string', default: 'John Doe' },
    age: { type: 'integer', default: 30 },
    score: { type: 'number', default: 95.5 },
    status: { type: 'string', enum: ['active', 'inactive', 'pending'], default: 'active' },
    verified: { type: 'boolean', default: true },
  }),
  eliciting('test_elicitation_sep1330_enums', {
    untitledSingle: { type: 'string', enum: choices },
    titledSingle: { type: 'string', oneOf: titled },
    legacyEnum: {
      type: 'string',
      enum: ['opt1', 'opt2', 'opt3'],
      enumNames: ['Option One', 'Option Two', 'Option Three'],
    },
    untitledMulti: { type: 'array', items: { type: 'string', enum: choices } },
    titledMulti: { type: 'array', items: { anyOf: titled } },
  }),
]
