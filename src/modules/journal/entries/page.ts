import { Type } from '@sinclair/typebox'

/** Inputs of everything that answers page by page. */
export const pageInput = {
  limit: Type.Integer({
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'Entries at most; a page ends early at about 800 KB',
  }),
  cursor: Type.Optional(Type.String({ maxLength: 500, description: 'next_cursor of the page before' })),
}

/** What a page says about itself. */
export const pageOutput = {
  success: Type.Literal(true),
  count: Type.Integer({ description: 'Entries on this page' }),
  total: Type.Integer({ description: 'Entries in all' }),
  total_relation: Type.Union([Type.Literal('eq'), Type.Literal('gte')], {
    description: 'eq: total is exact; gte: there are at least so many',
  }),
  next_cursor: Type.Union([Type.String(), Type.Null()]),
}
