const schema = { type: 'object', required: ['detail'], properties: { detail: { type: 'string' } } }

const refused = (description: string, detail: string) => ({
  description,
  content: { 'application/json': { schema, example: { detail } } },
})

/** What the older paths answer instead of problems, for the OpenAPI document. */
export const refusals = {
  400: refused(
    'Headers are missing, the subscription is not valid, or the body is broken or without an entry.',
    'Missing required headers: X-User-Email and X-Subscription-Key',
  ),
  401: refused('The key is not valid.', 'The credential is not valid'),
  403: refused('The scope is missing, or the tier keeps no more.', 'This needs the scope journal:write'),
  422: refused(
    'The input does not fit, or holds a secret.',
    'The input does not fit: /entry expected string',
  ),
  429: refused('The quota is used up; `Retry-After` says for how long.', 'Rate limit exceeded: tier FREE'),
  503: refused('A part of the server is down.', 'The database does not answer'),
}
