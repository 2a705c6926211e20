import { type Static, Type } from '@sinclair/typebox'
import { AppError, invalid } from '../../../core/errors'
import type { Host } from '../../../core/module'
import { type Call, defineOperation } from '../../../core/operation'
import type { Principal } from '../../../core/principal'
import { isUniqueViolation } from '../../../core/storage-errors'
import { type Address, checkRef, isFolder, readAddress } from '../git/address'
import { checkFolder } from '../git/working-tree'
import type { CodeSettings } from '../settings'
import { type JobView, jobView } from './job'
import { findJobView } from './job-rows'
import { addRequest, findRequested, type IndexRequest, indexKind } from './request'
import { waitForJob } from './wait'

const input = Type.Object(
  {
    repository: Type.String({
      minLength: 1,
      maxLength: 1000,
      description: 'owner/repo, an https or ssh git URL, or the path of a local folder',
    }),
    ref: Type.Optional(
      Type.String({
        maxLength: 200,
        description: 'Branch, tag or whole commit hash; default: what the remote’s HEAD is',
      }),
    ),
    wait_seconds: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 300,
        description:
          'Wait so long for the end; 0 answers at once. Left out: to the end where progress is followed, else not at all',
      }),
    ),
  },
  { additionalProperties: false },
)

/** Whoever may read folders of the server's machine: the local process, and keys that list the scope itself. */
const mayReadFolders = ({ kind, scopes }: Principal) => kind === 'local' || scopes.includes('code:local')
const mayUseCredentials = ({ kind, scopes }: Principal) => kind === 'local' || scopes.includes('code:private')

export const indexRepository = (host: Host<CodeSettings>) =>
  defineOperation({
    name: 'index_repository',
    title: 'Index a repository',
    description:
      'Starts indexing a git repository and answers with the job; the same request while it runs is the same job. Later calls take only what changed. Follow it with get_index_job_status, or give wait_seconds. Until it ends, searches see the previous index.',
    input,
    output: Type.Object({ ...jobView.properties, message: Type.String() }, { additionalProperties: false }),
    scope: 'code:write',
    hints: { idempotent: true, openWorld: true },
    cost: 5,
    task: true,
    rest: { method: 'POST', path: '/index', status: 202 },
    examples: [
      {
        title: 'A repository at the usual place',
        input: { repository: 'expressjs/express', wait_seconds: 0 },
      },
    ],
    async run(given, call) {
      const request = readRequest(host, given, call.principal)
      if (request.address.kind === 'local') await checkFolder(request.address.folder)
      const id = await startJob(host, call, request)
      const seconds = given.wait_seconds ?? (call.wantsProgress ? Number.POSITIVE_INFINITY : 0)
      const view =
        seconds > 0
          ? await waitForJob(call, id, seconds)
          : await call.read((db) => findJobView(db, call.principal.id, id))
      return { ...view, message: messageOf(view) }
    },
  })

function readRequest(
  host: Host<CodeSettings>,
  { repository, ref = '' }: Static<typeof input>,
  principal: Principal,
): IndexRequest {
  const address = readAddress(repository, host.settings.KOTA_GIT_BASE_URL)
  if (isFolder(repository.trim()) && !mayReadFolders(principal))
    throw new AppError(
      'forbidden',
      "Folders of this machine are only indexed for the local process and for keys with the scope code:local; there, holdfast keys create --tier enterprise --user-id ID --scopes '*,code:local' makes one",
      {
        code: 'insufficient_scope',
      },
    )
  checkTransport(host.settings, address)
  return { owner: principal.id, address, ref: checkRef(ref), private: mayUseCredentials(principal) }
}

function checkTransport({ CODE_ALLOW_PRIVATE_HOSTS, CODE_SSH_KEY }: CodeSettings, address: Address): void {
  if (address.kind === 'local') return
  if (address.transport === 'http' && !CODE_ALLOW_PRIVATE_HOSTS)
    throw invalid('/repository', 'must be an https URL')
  if (address.transport === 'ssh' && !CODE_SSH_KEY)
    throw invalid('/repository', 'must be an https URL: this server has no ssh key (CODE_SSH_KEY)')
}

/** The id of the job that is under way, or of a new one. Of two that ask at once, one adds it. */
async function startJob(host: Host<CodeSettings>, call: Call, request: IndexRequest): Promise<string> {
  for (let attempt = 1; ; attempt++) {
    const { job } = await call.read((db) => findRequested(db, request))
    if (job) return job.id
    const id = host.newId()
    try {
      await call.write(id, (tx) => addRequest(tx, host, request, id))
    } catch (error) {
      if (!isUniqueViolation(error) || attempt > 3) throw error
      continue
    }
    await host.enqueue(indexKind, request.owner, { job: id })
    return id
  }
}

function messageOf({ status, runId, error_message }: JobView): string {
  if (status === 'completed') return 'Indexed: search it with search_code'
  if (status === 'failed') return `Not indexed: ${error_message}`
  if (status === 'cancelled') return 'Cancelled'
  return `Indexing: ask get_index_job_status with runId ${runId} every 5 to 10 seconds`
}
