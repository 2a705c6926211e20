import { mock } from 'bun:test'
import fs from 'node:fs/promises'

// An upgrade that is killed where it tells of this, or before its n-th rename.
const { BINARY = '', FROM = '', AT = '' } = process.env
const die = () => process.kill(process.pid, 'SIGKILL')
const { rename } = fs
let renames = 0
mock.module('node:fs/promises', () => ({
  ...fs,
  rename(from: string, to: string) {
    if (AT === `rename ${renames++}`) die()
    return rename(from, to)
  },
}))

const { openRelease } = await import('../../src/platform/upgrade/release')
const { platformName } = await import('../../src/platform/upgrade/platform')
const { upgradeTo } = await import('../../src/platform/upgrade/upgrade')
const release = await openRelease(FROM, platformName())
const progress = (_done: number, _total: number, what: string) => void (what === AT && die())
await upgradeTo({ binary: BINARY, data: undefined, progress }, release, release.archives[0]!)
