const problem = (name: string) => ({ $ref: `#/components/responses/${name}` })

/** What routes that read metrics answer as a problem beside what every route does, for the OpenAPI document. */
export const readingProblems = {
  403: problem('Forbidden'),
  422: problem('Invalid'),
  503: problem('Unavailable'),
}
