/**
 * The OpenAPI parts of a raw route that takes an object as JSON; `properties` are JSON Schemas. Swagger UI fills in `example` as it stands;
 * without one it makes up a value for every property.
 */
export const jsonRequest = (
  required: readonly string[],
  properties: Record<string, object>,
  example?: object,
) => ({
  requestBody: {
    required: true,
    content: {
      'application/json': { schema: { type: 'object', required, properties }, ...(example && { example }) },
    },
  },
})
