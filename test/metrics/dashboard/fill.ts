import type { MetricsRig } from '../rig'

const tools = ['search', 'read_file', 'create_issue', 'run_query', 'summarize', 'translate']

/** A number from 0 to 1 that is the same in every run. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32
    return state / 2 ** 32
  }
}

/** An hour of traffic of three services that ends now, with a bad patch in the middle. */
export async function fillHour(rig: MetricsRig, now = Date.now()): Promise<void> {
  const next = random(7)
  for (const [at, service] of ['gateway', 'auth-server', 'registry'].entries()) {
    const metrics = Array.from({ length: 1200 }, (_, n) => {
      const age = (n / 1200) * 3_600_000
      const isBad = age > 1_500_000 && age < 1_900_000
      const duration_ms = 8 + 40 * next() ** 3 * (isBad ? 30 : 1) + (next() > 0.985 ? 900 * next() : 0)
      const tool_name = tools[Math.floor(next() ** 2 * tools.length)]!
      return {
        type: at === 1 && n % 2 === 0 ? 'auth_request' : 'tool_execution',
        timestamp: new Date(now - age * (0.9 + 0.1 * next())).toISOString(),
        value: 1,
        duration_ms,
        dimensions: { tool_name, success: next() > (isBad ? 0.2 : 0.01) },
      }
    })
    const response = await rig.post({ service, metrics }, await rig.addIngestKey('any'))
    const { accepted } = (await response.json()) as { accepted: number }
    if (accepted !== metrics.length) throw new Error('the traffic was not stored')
  }
}
