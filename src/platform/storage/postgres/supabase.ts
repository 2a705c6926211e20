/** The ways to reach a Supabase database. */
export type SupabaseForm = 'direct' | 'session pooler' | 'transaction pooler' | 'dedicated pooler'

export interface Supabase {
  form: SupabaseForm
  /** True where every transaction may run on another server connection: no prepared statements. */
  transactionPooled: boolean
  /** Connections of one process that leave room for others on the smallest plan. */
  poolSize: number
}

/** Recognises Supabase by the host; undefined for any other server. */
export function recogniseSupabase(host: string, port: number): Supabase | undefined {
  if (/\.pooler\.supabase\.(com|co)$/i.test(host)) {
    return port === 6543
      ? { form: 'transaction pooler', transactionPooled: true, poolSize: 10 }
      : { form: 'session pooler', transactionPooled: false, poolSize: 5 }
  }
  if (/^db\.[a-z0-9]+\.supabase\.(com|co)$/i.test(host)) {
    return port === 6543
      ? { form: 'dedicated pooler', transactionPooled: true, poolSize: 10 }
      : { form: 'direct', transactionPooled: false, poolSize: 10 }
  }
  return undefined
}
