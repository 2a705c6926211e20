import type { OwnLimits } from '../../core/principal'
import type { KeyRow } from './tables'

/** A key as it is shown: without its hash. Times are ISO 8601 UTC. */
export interface KeyView {
  id: string
  owner: string
  user_id: string | null
  org_id: string | null
  tier: string
  scopes: string[]
  service: string | null
  name: string | null
  limits: OwnLimits | null
  /** `replaced`: a newer key took its place; it works until `overlap_ends_at`. */
  status: 'active' | 'replaced' | 'expired' | 'revoked'
  rotated_from: string | null
  expires_at: string | null
  overlap_ends_at: string | null
  revoked_at: string | null
  last_used_at: string | null
  created_at: string
}

/** A key just made. `key` is its text, shown this once. */
export interface IssuedKey extends KeyView {
  key: string
}

const iso = (time: Date | null) => time?.toISOString() ?? null

export const viewKey = (row: KeyRow, now: Date): KeyView => ({
  id: row.id,
  owner: row.owner,
  user_id: row.user_id,
  org_id: row.org_id,
  tier: row.tier,
  scopes: row.scopes,
  service: row.service,
  name: row.name,
  limits: row.limits,
  status: statusOf(row, now),
  rotated_from: row.rotated_from,
  expires_at: iso(row.expires_at),
  overlap_ends_at: iso(row.overlap_ends_at),
  revoked_at: iso(row.revoked_at),
  last_used_at: iso(row.last_used_at),
  created_at: row.created_at.toISOString(),
})

function statusOf(row: KeyRow, now: Date): KeyView['status'] {
  if (row.revoked_at) return 'revoked'
  if ((row.expires_at && row.expires_at <= now) || (row.overlap_ends_at && row.overlap_ends_at <= now))
    return 'expired'
  return row.overlap_ends_at ? 'replaced' : 'active'
}
