import type { TestApp } from '../../kit/app'

/** What became of one write: `id` is there when it was acknowledged. */
export interface Attempt {
  title: string
  status: number
  milliseconds: number
  id?: string
}

export interface Load {
  attempts: Attempt[]
  stop(): Promise<Attempt[]>
}

/** Writes journal records through REST, from so many callers at once, one after the other each. */
export function writeAlong(app: TestApp, callers: number): Load {
  const attempts: Attempt[] = []
  let running = true
  const one = async (caller: number) => {
    for (let turn = 0; running; turn++) {
      attempts.push(await writeOne(app, `c${caller}-${turn}-${attempts.length}`))
      await Bun.sleep(5)
    }
  }
  const all = Promise.all(Array.from({ length: callers }, (_, caller) => one(caller)))
  return {
    attempts,
    async stop() {
      running = false
      await all
      return attempts
    },
  }
}

/** One write over REST. */
export async function writeOne(app: TestApp, title: string): Promise<Attempt> {
  const started = performance.now()
  const response = await app.rest('POST', '/api/v1/journal/records', {
    record_type: 'fault',
    data: { title },
  })
  const body = (await response.json()) as { record_id?: string }
  const milliseconds = performance.now() - started
  return { title, status: response.status, milliseconds, ...(response.ok ? { id: body.record_id } : {}) }
}

export const acknowledged = (attempts: Attempt[]) => attempts.flatMap(({ id }) => (id ? [id] : []))
