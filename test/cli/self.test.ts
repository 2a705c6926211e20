import { expect, test } from 'bun:test'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { runtimeOf } from '../../src/cli/terminal'
import { emptyFolder } from '../kit/folder'

const cached = '/home/ada/.npm/_npx/0123abcd/node_modules/bun/bin/bun.exe'

function folderWith(program: string): string {
  const folder = join(emptyFolder(), 'bin')
  mkdirSync(folder)
  writeFileSync(join(folder, program), '#!/bin/sh\n')
  chmodSync(join(folder, program), 0o755)
  return folder
}

test('a Bun that was installed is called by its path', () => {
  expect(runtimeOf('/usr/local/bin/bun', '')).toEqual(['/usr/local/bin/bun'])
})

test('one out of npx’s cache is not: another Bun is, else npx, as it was', () => {
  const [bun, npx] = [folderWith('bun'), folderWith('npx')]
  const cache = '/home/ada/.npm/_npx/0123abcd/node_modules/.bin'
  expect(runtimeOf(cached, [cache, npx, bun].join(delimiter))).toEqual([join(bun, 'bun')])
  const words = [join(npx, 'npx'), '-y', `bun@${Bun.version}`]
  expect(runtimeOf(cached, [cache, npx].join(delimiter))).toEqual(words)
  expect(runtimeOf(cached, undefined)[0]).toBe('npx')
})
