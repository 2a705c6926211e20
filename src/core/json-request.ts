/** The OpenAPI parts of a raw route that takes an object as JSON; `properties` are JSON Schemas. */
export const jsonRequest = (required: readonly string[], properties: Record<string, object>) => ({
  requestBody: {
    required: true,
    content: { 'application/json': { schema: { type: 'object', required, properties } } },
  },
})
