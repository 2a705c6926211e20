import { type TProperties, Type } from '@sinclair/typebox'
import { repositoryName } from '../../repositories/repository'

export const closed = <T extends TProperties>(properties: T) =>
  Type.Object(properties, { additionalProperties: false })

/** Which repository; left out where there is one, or one alone has the file. */
export const repositoryInput = Type.Optional(repositoryName)

export const pathInput = (description: string) => Type.String({ minLength: 1, maxLength: 1000, description })

export const includeTests = Type.Boolean({ default: true, description: 'Count test files too' })

export const depthInput = (maximum: number, description: string) =>
  Type.Integer({ minimum: 1, maximum, default: 1, description })

export const limitInput = (normal: number, maximum: number) =>
  Type.Integer({ minimum: 1, maximum, default: normal, description: 'Most entries to give' })

export const nullable = <T extends ReturnType<typeof Type.String>>(schema: T) =>
  Type.Union([schema, Type.Null()])

/** Where something stands. */
export const placeView = closed({ file: Type.String(), line: Type.Integer(), column: Type.Integer() })

/** A definition as answers show it. */
export const definitionView = closed({
  symbol: Type.String({ description: 'With its container: Shop.open' }),
  kind: Type.String(),
  file: Type.String(),
  line: Type.Integer(),
  end_line: Type.Integer(),
  exported: Type.Boolean(),
  signature: Type.Union([Type.String(), Type.Null()]),
})
