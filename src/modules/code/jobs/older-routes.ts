import { AppError } from '../../../core/errors'
import type { RawRequest, RawRoute } from '../../../core/module'

/** The predecessor’s paths, with its answers. */
export const olderRoutes: RawRoute[] = [
  {
    method: 'POST',
    path: '/index',
    title: 'Index a repository (older path)',
    description: 'The predecessor’s path; new clients call POST /api/v1/code/index.',
    access: 'required',
    openapi: {
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['repository'],
              properties: {
                repository: { type: 'string', example: 'expressjs/express' },
                ref: { type: 'string' },
              },
            },
          },
        },
      },
    },
    async handle(raw) {
      const { repository, ref, localPath } = await readBody(raw.request)
      const wanted = localPath ?? repository
      if (typeof wanted !== 'string' || wanted === '')
        return failure(400, 'Missing required field: repository')
      return answer(async () => {
        const job = await raw.call('index_repository', {
          repository: wanted,
          ...(typeof ref === 'string' && ref !== '' && { ref }),
        })
        const { runId, status } = job as { runId: string; status: string }
        return Response.json({ jobId: runId, runId, status }, { status: 202 })
      })
    },
  },
  {
    method: 'GET',
    path: '/jobs/:jobId',
    title: 'Status of an index job (older path)',
    description: 'The predecessor’s path; new clients call GET /api/v1/code/jobs/{runId}.',
    access: 'required',
    handle: (raw: RawRequest) =>
      answer(async () => {
        const job = (await raw.call('get_index_job_status', { runId: raw.params.jobId })) as { runId: string }
        return Response.json({ id: job.runId, ...job })
      }, `Job not found: ${raw.params.jobId}`),
  },
]

async function readBody(request: Request): Promise<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(await request.text())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    throw new AppError('malformed', 'The body is not valid JSON')
  }
}

const failure = (status: number, error: string, headers: Record<string, string> = {}) =>
  Response.json({ error }, { status, headers })

const statuses: Record<string, number> = {
  malformed: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  invalid: 400,
  unavailable: 503,
}

async function answer(work: () => Promise<Response>, notFound?: string): Promise<Response> {
  try {
    return await work()
  } catch (error) {
    const status = error instanceof AppError ? statuses[error.kind] : undefined
    if (!(error instanceof AppError) || status === undefined) throw error
    return failure(status, error.kind === 'not_found' && notFound ? notFound : error.message, error.headers)
  }
}
