import { AsyncLocalStorage } from 'node:async_hooks'
import type { WithRequestId } from './telemetry'

const ids = new AsyncLocalStorage<string>()

/** Runs `work`; every log line written below it, also after an await, carries this request id. */
export const withRequestId: WithRequestId = (requestId, work) => ids.run(requestId, work)

/** The id of the request being served, or undefined outside of one. */
export const currentRequestId = (): string | undefined => ids.getStore()
