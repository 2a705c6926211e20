import { rehearseRestart, rehearseRolling } from '../test/resilience/kit/rolling'
import { printTable } from './kit/table'

/** Deploys under load: failed requests (0 wanted), acknowledged rows that are not there (0), rows that nobody was told of (0). */
export async function benchRolling(): Promise<void> {
  const rows: (string | number)[][] = [
    ['rehearsal', 'requests', 'failed', 'rows acknowledged', 'missing', 'unacknowledged'],
  ]
  const rehearsals = {
    'three versions behind nginx, Postgres, expand and contract': () => rehearseRolling(1000),
    'SIGTERM and start three times behind HAProxy, SQLite': () => rehearseRestart(3, 1000),
  }
  for (const [name, rehearse] of Object.entries(rehearsals)) {
    const { requests, failures, ids, stored, found, steps } = await rehearse()
    for (const one of steps) console.log(`${String(one.requests).padStart(6)} requests  ${one.step}`)
    for (const failure of failures.slice(0, 5)) console.log(`failed: ${failure}`)
    rows.push([
      name,
      `${requests}`,
      `${failures.length}`,
      `${ids.length}`,
      `${ids.length - stored}`,
      `${found - stored}`,
    ])
  }
  printTable('Deploys under load', rows)
}
