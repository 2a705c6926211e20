import { describe, expect, test } from 'bun:test'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { kubernetes } from '../../src/platform/deploy/containers'
import { flyPostgres } from '../../src/platform/deploy/fly'
import { defaultInstallation } from '../../src/platform/deploy/installation'
import { targets } from '../../src/platform/deploy/targets'
import { version } from '../../src/version'
import { expectDocument } from '../kit/document'

/** Where the project keeps what a platform's files are. */
const folders: Record<string, string> = { fly: '.', render: 'deploy', compose: 'deploy' }

describe('the project’s files are what `holdfast init` writes', () => {
  const installation = defaultInstallation(version)
  for (const target of targets) {
    for (const { path, text } of target.artifacts(installation)) {
      const place = join(folders[target.name] ?? `deploy/${target.name}`, path)
      test(place, () => expectFile(place, text))
    }
  }
  const pods = kubernetes.artifacts({ ...installation, database: 'postgres' })
  for (const { path, text } of pods) {
    test(`deploy/kubernetes/${path}`, () => expectFile(join('deploy/kubernetes', path), text))
  }
  for (const { path, text } of flyPostgres.artifacts({ ...installation, database: 'postgres' })) {
    test(path, () => expectFile(join('deploy/fly', path), text))
  }
})

function expectFile(path: string, text: string): void {
  mkdirSync(dirname(join(import.meta.dir, '../..', path)), { recursive: true })
  expectDocument(path, text)
  expect(text).not.toContain('{{')
}
