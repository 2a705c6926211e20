import { createHash } from 'node:crypto'

/** The first 8 characters of an owner's hash. Ids that are no hash of an email (an API key's user) are hashed here. */
export const userIdHash = (owner: string): string =>
  (/^[0-9a-f]{64}$/.test(owner) ? owner : createHash('sha256').update(owner).digest('hex')).slice(0, 8)
