import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Progress } from '../backup/backup'
import { askBinary, type Candidate } from './candidate'
import type { Archive, Release } from './release'
import { exchangeBinaries, makeStaging, previousOf, replaceBinary } from './replace'
import { unpackBinary } from './unpack-binary'

/** A binary that is to be replaced. */
export interface Upgrading {
  /** Absolute, links followed. */
  binary: string
  /** The environment that leads to the data; undefined when there is none. */
  data: Record<string, string | undefined> | undefined
  progress?: Progress
}

/**
 * Fetches an archive, compares it with SHA256SUMS, asks the program in it for its version and whether it knows the database's schema, and puts it
 * in the binary's place. Until all of that is so nothing changes. Throws an Error in one line.
 */
export async function upgradeTo(
  upgrading: Upgrading,
  release: Release,
  archive: Archive,
): Promise<Candidate> {
  const { binary, progress = () => {} } = upgrading
  const staging = await makeStaging(binary)
  try {
    const packed = join(staging, archive.name)
    const sha256 = await release.download(archive, packed, (done, total) => progress(done, total, 'download'))
    if (sha256 !== archive.sha256)
      throw new Error(
        `${archive.name} is not what SHA256SUMS says: it was cut or altered; nothing was changed`,
      )
    progress(0, 1, 'unpack')
    const next = join(staging, 'holdfast')
    await unpackBinary(packed, next)
    const candidate = await askBinary(next, upgrading.data)
    if (candidate.version !== archive.version)
      throw new Error(`${archive.name} holds holdfast ${candidate.version}: nothing was changed`)
    refuseNewer(candidate)
    progress(0, 1, 'replace')
    await replaceBinary(binary, next, staging)
    progress(1, 1, 'clear up')
    return candidate
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Goes back to the binary before, which is then the one to go forward to. Throws an Error in one line. */
export async function rollBack({ binary, data, progress = () => {} }: Upgrading): Promise<Candidate> {
  const staging = await makeStaging(binary)
  try {
    if (!existsSync(previousOf(binary)))
      throw new Error(`there is no ${previousOf(binary)}: nothing was upgraded here`)
    const candidate = await askBinary(previousOf(binary), data)
    refuseNewer(candidate)
    progress(0, 1, 'replace')
    await exchangeBinaries(binary, staging)
    progress(1, 1, 'clear up')
    return candidate
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

function refuseNewer({ version, schema }: Candidate): void {
  if (schema?.newer)
    throw new Error(
      `the database has schema ${schema.current}, holdfast ${version} knows ${schema.needed}: take steps back with 'holdfast migrate down N' first, or restore a backup of before`,
    )
}
