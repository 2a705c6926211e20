/** One fault of a body that parses but is not a request, in the predecessor's shape. The value is not repeated. */
export interface SchemaFault {
  type: string
  loc: (string | number)[]
  msg: string
}

/** Faults found in a submission: those of its form refuse it whole, those of its values refuse single metrics. */
export interface Faults {
  form: SchemaFault[]
  /** `metrics[1].value: …` */
  values: string[]
}

export const noFaults = (): Faults => ({ form: [], values: [] })

/** A request that is not one, e.g. an unknown type: 422 with every fault, nothing is stored. */
export class MisformedRequest extends Error {
  constructor(readonly faults: SchemaFault[]) {
    super('the request does not have the form of one')
    this.name = 'MisformedRequest'
  }
}
