import postgres, { type Sql } from 'postgres'
import { migrations } from '../../migrations'
import { createMigrator } from '../../src/platform/storage/migrate'
import { openStorage } from '../../src/platform/storage/open'
import { type PostgresServer, startPostgres } from './postgres-server'

/** A database of one test file, on the server that all files of the process share. */
export interface TestDatabase {
  name: string
  /** For a login that owns the database, is no superuser and has CREATEROLE. */
  url: string
  superuserUrl: string
  drop(): Promise<void>
}

export interface DatabaseOptions {
  /** False for an empty database without the schema. Default true. */
  migrated?: boolean
}

interface Shared {
  server: PostgresServer
  /** As superuser, in the database `postgres`. */
  admin: Sql
}

const owner = 'holdfast_owner'
const template = 'holdfast_template'

let count = 0

async function open(): Promise<Shared> {
  const server = await startPostgres()
  const admin = postgres(server.superuserUrl(), { max: 2, idle_timeout: 2, onnotice: () => {} })
  await admin.unsafe(`create role ${owner} login password 'secret' createrole`)
  return { server, admin }
}

/** The server that all tests of this process share. */
export const sharedPostgres = async (): Promise<PostgresServer> => shared.server

const urlFor = (server: PostgresServer, login: string, database: string) =>
  `postgres://${login}:secret@127.0.0.1:${server.port}/${database}`

async function makeTemplate({ server, admin }: Shared): Promise<void> {
  await admin.unsafe(`create database ${template} owner ${owner}`)
  const storage = await openStorage({
    DATA_DIR: undefined,
    DATABASE_URL: urlFor(server, owner, template),
    DATABASE_POOL_SIZE: 1,
    DATABASE_SSL_CA: undefined,
  })
  await createMigrator(storage, migrations).up()
  await storage.close()
}

/** A fresh database of its own; with the whole schema unless told otherwise. */
export async function createDatabase({ migrated: full = true }: DatabaseOptions = {}): Promise<TestDatabase> {
  const { server, admin } = shared
  const name = `holdfast_test_${++count}`
  await admin.unsafe(`create database ${name} owner ${owner} template ${full ? template : 'template1'}`)
  return describeDatabase({ server, admin }, owner, name)
}

/** A fresh login with CREATEROLE that is no superuser, and an empty database that it owns. */
export async function createOwner(): Promise<TestDatabase & { login: string }> {
  const { server, admin } = shared
  const login = `owner_${++count}`
  await admin.unsafe(`create role ${login} login password 'secret' createrole`)
  // What an administrator does for a second owner in a cluster: the roles of the first exist already.
  for (const role of ['holdfast_caller', 'holdfast_system']) {
    const [known] = await admin`select 1 from pg_roles where rolname = ${role}`
    if (known) await admin.unsafe(`grant ${role} to ${login} with admin option`)
  }
  await admin.unsafe(`create database ${login} owner ${login}`)
  return { login, ...describeDatabase({ server, admin }, login, login) }
}

const describeDatabase = ({ server, admin }: Shared, login: string, name: string): TestDatabase => ({
  name,
  url: urlFor(server, login, name),
  superuserUrl: server.superuserUrl(name),
  drop: async () => void (await admin.unsafe(`drop database if exists ${name} with (force)`)),
})

// Started while the test file is loaded: a hook has five seconds, which a loaded machine may need for this alone.
const shared = await open()
await makeTemplate(shared)
