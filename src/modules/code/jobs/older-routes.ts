import { jsonRequest } from '../../../core/json-request'
import type { RawRequest, RawRoute } from '../../../core/module'
import { answer, failure, readBody } from '../older/answer'

/** The predecessor’s paths, with its answers. */
export const olderRoutes: RawRoute[] = [
  {
    method: 'POST',
    path: '/index',
    title: 'Index a repository (older path)',
    description: 'The predecessor’s path; new clients call POST /api/v1/code/index.',
    access: 'required',
    openapi: jsonRequest(
      ['repository'],
      {
        repository: { type: 'string' },
        ref: { type: 'string', description: 'Default: what the remote’s HEAD is' },
      },
      { repository: 'expressjs/express' },
    ),
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
