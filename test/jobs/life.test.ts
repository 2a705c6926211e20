import { expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { showLife } from '../../src/platform/jobs/life'
import { emptyFolder } from '../kit/folder'
import { quiet } from '../limits/kit/parts'

test('workers that live, and those that ended, are not dead', () => {
  const folder = emptyFolder()
  const one = showLife(folder, 'one', quiet)
  const two = showLife(folder, 'two', quiet)
  expect([one.dead(), two.dead()]).toEqual([[], []])
  two.end()
  expect([one.dead(), readdirSync(`${folder}/workers`)]).toEqual([[], ['one.lock']])
  one.end()
})

test('a worker whose process was killed is dead, until it is forgotten', async () => {
  const folder = emptyFolder()
  const program = `import { showLife } from '${import.meta.dir}/../../src/platform/jobs/life'
showLife(${JSON.stringify(folder)}, 'gone', { warn: console.error })
console.log('ready')
setInterval(() => {}, 1000)`
  await using child = Bun.spawn([process.execPath, '-e', program], { stdout: 'pipe', stderr: 'inherit' })
  await child.stdout.getReader().read()
  const life = showLife(folder, 'here', quiet)
  expect(life.dead()).toEqual([])
  child.kill('SIGKILL')
  await child.exited
  expect(life.dead()).toEqual(['gone'])
  life.forget(['gone'])
  expect(life.dead()).toEqual([])
  life.end()
})

test('a folder that cannot be written leaves leases alone to decide', () => {
  const life = showLife('/proc/none', 'one', quiet)
  expect(life.dead()).toEqual([])
  life.end()
})
