import { Type } from '@sinclair/typebox'

/** Any JSON object. */
export const anyObject = (description: string, options: { maxProperties?: number; default?: object } = {}) =>
  Type.Unsafe<Record<string, unknown>>(Type.Object({}, { description, ...options }))
