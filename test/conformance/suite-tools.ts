import {
  type CallToolResult,
  MissingRequiredClientCapabilityError,
  type Tool,
} from '@modelcontextprotocol/server'
import type { ExtensionTool } from '../../src/platform/mcp/extension'

/** One red pixel. */
export const pixel =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg=='

/** A WAV file without samples. */
const silence = 'UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA='

type Content = CallToolResult['content'][number]

export const text = (value: string): Content => ({ type: 'text', text: value })
const image: Content = { type: 'image', data: pixel, mimeType: 'image/png' }

/** A tool of the suite: any object as input unless said otherwise. */
export const tool = (
  name: string,
  call: ExtensionTool['call'],
  inputSchema: Tool['inputSchema'] = { type: 'object', properties: {} },
): ExtensionTool => ({
  definition: { name, description: `${name} of the conformance suite`, inputSchema },
  call,
})

const fixed = (name: string, ...content: Content[]) => tool(name, async () => ({ content }))

const schema2020 = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object' as const,
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
}

const withLogging = (name: string) =>
  tool(name, async (_, { mcpReq }) => {
    for (const message of ['Tool execution started', 'Tool processing data', 'Tool execution completed']) {
      await mcpReq.log('info', message)
      await Bun.sleep(50)
    }
    return { content: [text('logged')] }
  })

/** Tools of the suite that need no answer from the client. */
export const plainTools: ExtensionTool[] = [
  fixed('test_simple_text', text('This is a simple text response for testing.')),
  fixed('test_image_content', image),
  fixed('test_audio_content', { type: 'audio', data: silence, mimeType: 'audio/wav' }),
  fixed('test_embedded_resource', {
    type: 'resource',
    resource: {
      uri: 'test://embedded-resource',
      mimeType: 'text/plain',
      text: 'This is an embedded resource content.',
    },
  }),
  fixed('test_multiple_content_types', text('Multiple content types test:'), image, {
    type: 'resource',
    resource: {
      uri: 'test://mixed-content-resource',
      mimeType: 'application/json',
      text: '{"test":"data","value":123}',
    },
  }),
  tool('test_error_handling', async () => {
    throw new Error('This tool intentionally returns an error for testing')
  }),
  withLogging('test_tool_with_logging'),
  withLogging('test_logging_tool'),
  tool('test_tool_with_progress', async (_, { mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await mcpReq.notify({
          method: 'notifications/progress',
          params: { progressToken, progress, total: 100 },
        })
      }
      await Bun.sleep(50)
    }
    return { content: [text('done')] }
  }),
  tool('test_reconnection', async (_, { http }) => {
    await Bun.sleep(150)
    http?.closeSSE?.()
    await Bun.sleep(150)
    return { content: [text('reconnected')] }
  }),
  tool('test_custom_header', async ({ arguments: args }) => ({ content: [text(String(args?.region))] }), {
    type: 'object',
    properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
    required: ['region'],
  }),
  tool('json_schema_2020_12_tool', async () => ({ content: [text('fits')] }), schema2020),
  tool('test_missing_capability', async (_request, _context, server) => {
    const declared = server.getClientCapabilities()
    if (!declared?.sampling)
      throw new MissingRequiredClientCapabilityError({ requiredCapabilities: { sampling: {} } })
    return { content: [text('sampling is there')] }
  }),
]
