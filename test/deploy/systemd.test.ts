import { expect, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defaultInstallation } from '../../src/platform/deploy/installation'
import { systemd } from '../../src/platform/deploy/systemd'
import { emptyFolder } from '../kit/folder'
import { findTool, runTool } from './tool'

const analyze = findTool('systemd-analyze', 'systemd')

/** The unit files as they are installed, with a program that exists here; `noNetwork` adds the variant. */
function install(noNetwork: boolean): string {
  const folder = emptyFolder()
  for (const { path, text } of systemd.artifacts(defaultInstallation('1.2.3'))) {
    const [first, second] = path.split('/')
    if (second && !noNetwork) continue
    const name = second?.endsWith('.conf') ? join('holdfast.service.d', second) : (second ?? first!)
    mkdirSync(join(folder, 'holdfast.service.d'), { recursive: true })
    writeFileSync(join(folder, name), text.replaceAll('/usr/bin/holdfast', '/bin/true'))
  }
  return folder
}

const unitsOf = (folder: string) => [...new Bun.Glob('*.{service,socket}').scanSync(folder)]

/** The figure of `systemd-analyze security` for a unit and its drop-ins. */
async function exposure(folder: string, unit: string): Promise<number> {
  const { text } = runTool(analyze!, ['security', '--offline=true', '--no-pager', join(folder, unit)], {
    SYSTEMD_UNIT_PATH: `${folder}:`,
  })
  return Number(/Overall exposure level for \S+: ([\d.]+)/.exec(text)?.[1] ?? `no level in: ${text}`)
}

test.skipIf(!analyze).each([false, true])(
  'systemd reads the units without a word (no network: %p)',
  (noNetwork) => {
    const folder = install(noNetwork)
    const units = unitsOf(folder)
    expect(units).toHaveLength(noNetwork ? 5 : 1)
    const said = runTool(analyze!, ['verify', '--man=no', ...units.map((unit) => join(folder, unit))], {
      SYSTEMD_UNIT_PATH: `${folder}:`,
    })
    expect(said).toEqual({ code: 0, text: '' })
  },
)

test.skipIf(!analyze)('exposure stays at 1.5 or below, and what is wrong is seen', async () => {
  const folder = install(false)
  expect(await exposure(folder, 'holdfast.service')).toBeLessThanOrEqual(1.5)
  const file = join(folder, 'holdfast.service')
  writeFileSync(
    file,
    (await Bun.file(file).text()).replace(
      /^(NoNewPrivileges|PrivateUsers|SystemCallFilter|CapabilityBoundingSet)=.*/gm,
      '',
    ),
  )
  expect(await exposure(folder, 'holdfast.service')).toBeGreaterThan(1.5)
})

test.skipIf(!analyze)('without a network of its own it is 0.7 or below', async () => {
  const folder = install(true)
  for (const unit of unitsOf(folder).filter((name) => name.endsWith('.service'))) {
    expect(await exposure(folder, unit), unit).toBeLessThanOrEqual(unit === 'holdfast.service' ? 0.7 : 1)
  }
})

test('the JIT stays on, settings that are wrong are not tried again, and foreign code is kept out', () => {
  const [unit] = systemd.artifacts(defaultInstallation('1.2.3'))
  expect(unit!.text).not.toMatch(/^MemoryDenyWriteExecute/m)
  expect(unit!.text).toMatch(/^RestartPreventExitStatus=78$/m)
  expect(unit!.text).toMatch(/^UnsetEnvironment=.*BUN_OPTIONS.*BUN_BE_BUN/m)
})
