/** Owner of the process' own calls over stdio and of the first key of a new database. */
export const localOwner = 'local'
/** Id of callers without a valid credential; owns nothing. */
export const anonymousOwner = 'anonymous'
const servicePrefix = 'service:'

/** Owner of an ingest key that belongs to no user. */
export const serviceOwner = (service: string): string => `${servicePrefix}${service}`

/** True for owner ids that no issuer outside may hand out. */
export const isReservedOwner = (owner: string): boolean =>
  owner === localOwner || owner === anonymousOwner || owner.startsWith(servicePrefix)
