import type { AppError } from './errors'
import type { AppendLog, LocalDatabase } from './local-database'
import type { Operation } from './operation'
import type { Principal, Tier, Window } from './principal'
import type { Prompt } from './prompt'
import type { Resource } from './resource'
import type { Settings, Values } from './setting'
import type { Dialect, Scope } from './storage'
import type { StoredTable } from './table'
import type { WorkThread } from './work-thread'

/**
 * State of a part for `/status` and readiness. `detail` is public: no credentials, no stack traces. `unknown` is what nothing was wanted of
 * so far; it makes the whole neither better nor worse.
 */
export interface Component {
  status: 'healthy' | 'degraded' | 'unhealthy' | 'unknown'
  detail?: string
}

/** Structured log lines. Never pass secrets, emails or what users wrote. */
export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void
  info(message: string, fields?: Record<string, unknown>): void
  warn(message: string, fields?: Record<string, unknown>): void
  error(message: string, fields?: Record<string, unknown>): void
}

/** One value of the exposition. */
export interface SeriesReading {
  name: string
  labels: Record<string, string>
  value: number
}

/** Adds to a counter, or observes a value in a histogram, in seconds; 1 unless told otherwise. */
export interface Recorder {
  (value?: number, labels?: Record<string, string>): void
  /** The same for these labels, which are looked up once: for who records the same ones again and again. */
  bind(labels: Record<string, string>): (value?: number) => void
  /**
   * For who records very often and gathers it: adds a sum for these labels, and for a histogram how many values lie in each bucket, the last one above
   * every bound. No request is its exemplar.
   */
  of(labels: Record<string, string>): (sum: number, counts?: ArrayLike<number>) => void
}

/** Counts and times; names are Prometheus' (`journal_entries_total`). */
export interface Meter {
  counter(name: string, help: string, labels?: string[]): Recorder
  gauge(
    name: string,
    help: string,
    labels?: string[],
  ): (value: number, labels?: Record<string, string>) => void
  /** Buckets are upper bounds in seconds, ascending; left out, they suit answers of this server. */
  histogram(name: string, help: string, labels?: string[], buckets?: number[]): Recorder
  /** Runs `sample` before each exposition: for gauges that are read rather than kept. */
  onExposition(sample: () => void | Promise<void>): void
  /** Every value of the named series as it stands, those of the process too. Histograms are added up over their labels. */
  readings(names: readonly string[]): Promise<SeriesReading[]>
}

/** A caller's use of its quota, over every limited window. */
export interface Usage {
  tier: Tier
  current_usage: Partial<Record<Window, number>>
  /** -1 is unlimited. */
  limits: Partial<Record<Window, number>>
  /** ISO 8601 UTC: when the window's oldest counted call leaves. */
  reset_times: Partial<Record<Window, string>>
  utilization_percentage: Partial<Record<Window, number>>
}

/** Durable background work: a row is leased, run, and taken up by another process when this one dies. */
export interface Job {
  /** Unique in the server, e.g. `journal.rebuild_search`. */
  kind: string
  /** Tries before the row becomes a dead letter. Default 5. */
  attempts?: number
  /** Attempts at once in one process, for work that takes much memory. Default: as many as there is room for. */
  atOnce?: number
  /** Run every so many seconds without being enqueued (one run over all processes). */
  everySeconds?: number
  run(payload: unknown, job: JobRun): Promise<void>
}

export interface JobRun {
  readonly id: string
  /** Null for jobs of the server itself. */
  readonly owner: string | null
  readonly attempt: number
  /** Aborted when the lease is lost or the process drains. */
  readonly signal: AbortSignal
  /** Rows as the job's owner; as the system for a job without one. */
  readonly scope: Scope
  progress(done: number, total?: number, message?: string): Promise<void>
}

/** An ingest key as whoever issued it has kept it. */
export interface SenderKey {
  /** Hex SHA-256 of its text. */
  hash: string
  service: string
  /** Requests a minute; the settings' limit when absent. */
  limit?: number
}

/** What a module is given: everything of the platform that it may use. */
export interface Host<C> {
  readonly settings: C
  readonly dialect: Dialect
  readonly log: Logger
  readonly meter: Meter
  /** Milliseconds since the epoch; tests move it. */
  now(): number
  /** A new UUIDv7. */
  newId(): string
  fetch(url: string, init?: RequestInit): Promise<Response>
  /** Makes, if need be, the module's own folder below the data folder and returns its path. */
  folder(): string
  usage(principal: Principal): Promise<Usage>
  /** Adds a durable job and returns its id. */
  enqueue(kind: string, owner: string | null, payload: unknown): Promise<string>
  /** A SQLite file of this machine with threads of its own, opened at its first use. A relative path is below the data folder. */
  openLocal(program: 'metrics', path: string, options: unknown): LocalDatabase
  /** A thread for long work on the same rows as the server. */
  openThread(program: 'code'): WorkThread
  /** Stores ingest keys that were issued elsewhere. Those that are known, ended ones too, stay as they are. Gives how many are new. */
  acceptSenders(keys: readonly SenderKey[]): Promise<number>
  /** An append-only log of this machine; nothing is made before the first record. */
  openLog(folder: string): AppendLog
}

/** A request to a raw route. */
export interface RawRequest {
  /** Its body can be read once, whether `bytes` were looked at or not. */
  readonly request: Request
  params: Record<string, string>
  requestId: string
  /** The whole body as it came, within MAX_REQUEST_SIZE; empty for GET. */
  bytes: Uint8Array
  /** A request header in any letter case. */
  header(name: string): string | null
  principal: Principal | null
  /** The quickest way to answer 200 in JSON. */
  answer(value: unknown, headers?: Record<string, string>): Response
  /** Calls an operation as this caller, with quota, audit and checks. Throws AppError. */
  call(operation: string, input: unknown): Promise<unknown>
  /** Hears how far an answer that is streamed has come; absent where nobody watches. */
  watch?(so: Streamed): void
}

/** How far a streamed answer has come, in rows. */
export interface Streamed {
  looked: number
  /** About how many will be looked at. */
  total: number
  /** Those of them that the answer holds. */
  written: number
}

/** What is not an operation: webhooks, pages, the predecessors' exact paths. */
export interface RawRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Absolute, parameters as `:name`. */
  path: string
  title: string
  description: string
  /** `required`: a valid credential or 401. `optional`: principal is null without one. `none`: not even looked at. */
  access: 'required' | 'optional' | 'none'
  /** OpenAPI operation parts: parameters, requestBody, responses. */
  openapi?: Record<string, unknown>
  handle(raw: RawRequest): Promise<Response>
  /** Words what is refused, before `handle` too (half a credential, a body that is too large). A problem document when absent. */
  refuse?(error: AppError, request: Request): Response
}

export interface Running {
  operations: Operation[]
  routes?: RawRoute[]
  jobs?: Job[]
  /** What clients of MCP read by URI. */
  resources?: Resource[]
  /** What people start by name in clients of MCP. */
  prompts?: Prompt[]
  check?(): Promise<Component>
  /** What has to be done before the first request, while the rest of the server is put together. */
  ready?: Promise<void>
  /** Begins what it does of itself while a server runs, such as a daily round; commands do without. */
  begin?(): void
  /** Closes whatever start opened, and ends what was begun. */
  stop?(): Promise<void>
}

/** What stands on this machine's disk and belongs into a backup. */
export interface DataFile {
  /** Its name in a backup, e.g. `metrics.db`. */
  path: string
  /** Absolute. */
  from: string
  /** A SQLite file is copied in one moment and checked; a folder is copied file by file. */
  kind: 'sqlite' | 'folder'
}

/** One folder under `modules/` exports one of these. */
export interface Module<S extends Settings = Settings> {
  /** Prefix of its routes, tables, settings and series. */
  name: string
  title: string
  description: string
  settings: S
  /** Its tables in the database, all of them: `holdfast export` moves what is here, and refuses a database that has others. */
  tables?: readonly StoredTable[]
  /** Its own files, a log before the database that its records go to. */
  files?(settings: Values<S>, dataDir: string): DataFile[]
  /** What a credential can be given for it. Default: `<name>:read` and `<name>:write`. */
  scopes?: readonly string[]
  /** What each operation answers, by name, and each route, as `METHOD path`: the examples of the OpenAPI document. `bun run docs` makes them. */
  answers?: Readonly<Record<string, unknown>>
  start(host: Host<Values<S>>): Running | Promise<Running>
}

/** Declares a module with its settings' types kept. */
export const defineModule = <S extends Settings>(module: Module<S>): Module => module as unknown as Module

/** The scopes of a module. */
export const scopesOf = ({ name, scopes }: Pick<Module, 'name' | 'scopes'>): readonly string[] =>
  scopes ?? [`${name}:read`, `${name}:write`]
