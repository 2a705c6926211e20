const example = {
  resourceMetrics: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'gateway' } }] },
      scopeMetrics: [
        {
          scope: { name: 'demo' },
          metrics: [
            {
              name: 'tools.called',
              sum: {
                aggregationTemporality: 2,
                isMonotonic: true,
                dataPoints: [
                  { asDouble: 42, attributes: [{ key: 'tool', value: { stringValue: 'search' } }] },
                ],
              },
            },
          ],
        },
      ],
    },
  ],
}

const answer = {
  type: 'object',
  properties: {
    partialSuccess: {
      type: 'object',
      description: 'Only where something was not stored.',
      properties: {
        rejectedDataPoints: { type: 'string', example: '1' },
        errorMessage: { type: 'string' },
      },
    },
  },
}

/** OpenAPI parts of the OTLP way in. */
export const exportDocument = {
  parameters: [
    {
      name: 'Content-Encoding',
      in: 'header',
      required: false,
      schema: { type: 'string', enum: ['gzip', 'identity'] },
    },
  ],
  requestBody: {
    required: true,
    content: {
      'application/json': {
        schema: { type: 'object' },
        examples: { sum: { summary: 'A counter', value: example } },
      },
      'application/x-protobuf': { schema: { type: 'string', format: 'binary' } },
    },
  },
  responses: {
    200: {
      description: 'Stored, in the form of the request.',
      content: { 'application/json': { schema: answer, example: {} } },
    },
  },
}
