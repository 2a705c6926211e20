import type { Config } from '../../platform/config/settings'
import { lookAtCertificate, type Protection } from '../../platform/storage/postgres/certificate'
import { observePooling, type Pooling } from '../../platform/storage/postgres/pooling'
import { scrub } from '../../platform/telemetry/scrub'
import { type Finding, fail, pass, warn } from './finding'

/** What lies between this process and Postgres: TLS, and a pooler with its way with prepared statements. */
export async function checkPostgresLink({ DATABASE_URL, DATABASE_SSL_CA }: Config): Promise<Finding[]> {
  if (!DATABASE_URL) return []
  try {
    const protection = await lookAtCertificate(DATABASE_URL, DATABASE_SSL_CA)
    return [judgeProtection(protection), judgePooling(await observePooling(DATABASE_URL, DATABASE_SSL_CA))]
  } catch (error) {
    const why = scrub(error instanceof Error ? error.message : String(error))
    return [warn('pooler', `cannot be looked for: ${why}`, 'see the line of the database')]
  }
}

const strictest = 'put sslmode=verify-full into DATABASE_URL'

/** In words what the handshake and the driver's own mode come to. */
export function judgeProtection({ host, mode, offered, fault, verified, local }: Protection): Finding {
  if (verified !== 'nothing') {
    if (verified === 'chain and name')
      return pass('database tls', `certificate and name are verified (sslmode=${mode})`)
    return fault === undefined
      ? warn(
          'database tls',
          `the certificate is verified, the name ${host} is not (sslmode=${mode})`,
          strictest,
        )
      : pass('database tls', `the certificate is verified; ${fault} (sslmode=${mode})`)
  }
  if (local) return pass('database tls', `sslmode=${mode}; the connection does not leave this machine`)
  if (!offered)
    return warn(
      'database tls',
      `${host} offers no TLS: what goes there can be read on the way`,
      'turn TLS on in the server',
    )
  const detail = `sslmode=${mode} takes any certificate: whoever stands between can read and change everything`
  if (fault === undefined)
    return warn('database tls', detail, `${strictest}: the certificate of ${host} stands the check`)
  return warn(
    'database tls',
    detail,
    `set DATABASE_SSL_CA to the authority that signed the server’s certificate (now: ${fault}), and ${strictest}`,
  )
}

/** In words what was observed. */
export function judgePooling({ byTransaction, prepares, prepared, host }: Pooling): Finding {
  if (!byTransaction) return pass('pooler', 'the connection keeps its server process')
  if (!prepares) return pass('pooler', `${host} pools by transaction; statements are not prepared`)
  if (prepared === 'works')
    return pass('pooler', `${host} pools by transaction and keeps prepared statements`)
  return fail(
    'pooler',
    `${host} pools by transaction, and prepared statements are lost in it`,
    'add pgbouncer=true to DATABASE_URL',
  )
}
