import { S3Client } from 'bun'
import { isName } from './backup'
import type { Target, TargetConfig } from './target'

const manifestFile = 'manifest.json'

/** Backups in a bucket of S3, or of whatever speaks its protocol at BACKUP_S3_ENDPOINT. */
export function openBucketTarget(to: string, config: TargetConfig): Target {
  const { bucket, prefix } = parse(to)
  const client = new S3Client({
    bucket,
    ...(config.BACKUP_S3_ENDPOINT && { endpoint: config.BACKUP_S3_ENDPOINT }),
    ...(config.BACKUP_S3_REGION && { region: config.BACKUP_S3_REGION }),
    ...(config.BACKUP_S3_ACCESS_KEY_ID && { accessKeyId: config.BACKUP_S3_ACCESS_KEY_ID }),
    ...(config.BACKUP_S3_SECRET_ACCESS_KEY && { secretAccessKey: config.BACKUP_S3_SECRET_ACCESS_KEY }),
  })
  const keyOf = (name: string, file: string) => `${prefix}${name}/${file}`
  const keys = (below: string) => said(to, listAll(client, below))
  return {
    location: to,
    names: async () =>
      [...new Set((await keys(prefix)).map((key) => key.slice(prefix.length).split('/')[0]!))].filter(isName),
    manifest: (name) => said(to, textOf(client, keyOf(name, manifestFile))),
    put: (name, file, from) =>
      said(
        to,
        client.write(keyOf(name, file), Bun.file(from)).then(() => {}),
      ),
    finish: (name, manifest) =>
      said(
        to,
        client.write(keyOf(name, manifestFile), manifest).then(() => {}),
      ),
    async get(name, file, to) {
      const stored = client.file(keyOf(name, file))
      if (!(await stored.exists())) throw new Error(`backup ${name} has lost its file ${file}`)
      await Bun.write(to, stored)
    },
    async remove(name) {
      await client.delete(keyOf(name, manifestFile))
      for (const key of await keys(`${prefix}${name}/`)) await client.delete(key)
    },
  }
}

function parse(to: string): { bucket: string; prefix: string } {
  const { hostname, pathname } = new URL(to)
  const folder = pathname.replace(/^\/+|\/+$/g, '')
  return { bucket: hostname, prefix: folder === '' ? '' : `${folder}/` }
}

async function listAll(client: S3Client, prefix: string): Promise<string[]> {
  const found: string[] = []
  for (let after: string | undefined; ; ) {
    const page = await client.list({
      prefix,
      maxKeys: 1000,
      ...(after !== undefined && { startAfter: after }),
    })
    const keys = (page.contents ?? []).map(({ key }) => key)
    found.push(...keys)
    after = keys.at(-1)
    if (!page.isTruncated || after === undefined) return found
  }
}

async function textOf(client: S3Client, key: string): Promise<string | undefined> {
  const file = client.file(key)
  return (await file.exists()) ? file.text() : undefined
}

/** The store's own refusal, in one line that says where. */
async function said<T>(to: string, work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    throw new Error(`${to} refuses: ${code ? `${code}, ` : ''}${message || 'no reason given'}`, {
      cause: error,
    })
  }
}
