import { afterAll, describe, expect, test } from 'bun:test'
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { defaultInstallation } from '../../src/platform/deploy/installation'
import { systemd } from '../../src/platform/deploy/systemd'
import { bootMachine, type Machine } from './machine/machine'

const binary = resolve(process.env.HOLDFAST_BINARY ?? 'dist/holdfast')
if (!existsSync(binary))
  console.warn('\n*** SKIPPED: no unit was run under systemd: there is no dist/holdfast ***\n')
const machine = existsSync(binary) ? await bootMachine(binary) : undefined
afterAll(() => machine?.end())

const admin = 'an-admin-key-that-comes-as-a-credential'
const url = 'http://127.0.0.1:8890'
const data = '/var/lib/holdfast'

/** The script went well; its output. */
function well(script: string): string {
  const { code, text } = (machine as Machine).run(script)
  const log = code === 0 ? '' : machine!.run('journalctl -n 30 --no-pager').text
  expect(code, `${script}\n${text}${log}`).toBe(0)
  return text.trim()
}

const property = (name: string, unit = 'holdfast') => well(`systemctl show --value -p ${name} ${unit}`)
const status = (words: string) => well(`curl -s -m 20 -o /dev/null -w '%{http_code}' ${words}`)

/** What `holdfast init systemd` tells to do, done by root. */
function install(): void {
  const steps = systemd
    .next(defaultInstallation('1.2.3'), 'units')
    .map((line) => line.replaceAll('sudo ', ''))
  well(`cd /root/new && ./holdfast init systemd --out units
    install -d -m 700 /etc/holdfast/credentials
    printf '%s\\n' ${admin} > /etc/holdfast/credentials/METRICS_ADMIN_API_KEY`)
  for (const step of steps) well(`cd /root/new && ${step}`)
}

/** Whether there is memory that code can be written to and run from: the compiler has it, the interpreter needs none. */
const compiles = () => well(`grep -c ' rwxp ' /proc/${property('MainPID')}/maps || true`) !== '0'

const dropIn = (name: string, text: string) =>
  well(`mkdir -p /etc/systemd/system/holdfast.service.d
    printf '%s\\n' '${text}' > /etc/systemd/system/holdfast.service.d/${name}.conf && systemctl daemon-reload`)

describe.skipIf(!machine)('a booted systemd', () => {
  test('what the instructions install is ready when it is started, and has its secrets and its folder', () => {
    install()
    // Nothing is waited for: whoever is ordered after the unit does not wait either.
    expect(status(`${url}/readyz`)).toBe('200')
    expect(property('ActiveState')).toBe('active')
    expect(status(`-H 'X-API-Key: ${admin}' ${url}/admin/retention/policies`)).toBe('200')
    expect(status(`-H 'X-API-Key: ${admin}x' ${url}/admin/retention/policies`)).toBe('401')
    expect(well(`stat -c '%U %a' ${data} ${data}/holdfast.db`)).toBe('holdfast 700\nholdfast 600')
  })

  test('the server is confined, and its code is compiled', () => {
    const process = well(`cat /proc/${property('MainPID')}/status`)
    const user = well('id -u holdfast')
    expect(user).not.toBe('0')
    expect(process).toMatch(new RegExp(`^Uid:\\s+${user}\\s+${user}\\s`, 'm'))
    expect(process).toMatch(/^CapBnd:\s+0+$/m)
    expect(process).toMatch(/^NoNewPrivs:\s+1$/m)
    expect(process).toMatch(/^Seccomp:\s+2$/m)
    // Its threads say which of them goes first; nobody may say more.
    const allowed = property('SystemCallFilter').split(' ')
    expect(allowed).toEqual(expect.arrayContaining(['setpriority', 'sched_setattr']))
    expect(allowed).not.toContain('sched_setscheduler')
    expect(compiles()).toBe(true)
    dropIn('deny', '[Service]\nMemoryDenyWriteExecute=yes')
    well('systemctl restart holdfast')
    expect(compiles()).toBe(false)
    well(
      'rm /etc/systemd/system/holdfast.service.d/deny.conf && systemctl daemon-reload && systemctl restart holdfast',
    )
  })

  test('killed, it is back by itself with what it had acknowledged', () => {
    const key = well("journalctl -u holdfast -o cat | sed -n 's/^ *\\(kota_[^ ]*\\)$/\\1/p' | head -n 1")
    const asked = `-H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json'`
    const entries = `${url}/api/v1/journal/entries`
    expect(status(`${asked} -d '{"entry":"Kept the stop where it was"}' ${entries}`)).toBe('201')
    const before = property('MainPID')
    well(`kill -KILL ${before}
      until [ "$(systemctl show --value -p NRestarts holdfast)" = 1 ] && systemctl is-active -q holdfast; do sleep 0.1; done`)
    expect(property('MainPID')).not.toBe(before)
    expect(well(`curl -s ${asked} ${entries}`)).toContain('Kept the stop where it was')
  })

  test('stopped, it ends in order and says so', () => {
    well('systemctl stop holdfast')
    expect([property('Result'), property('ExecMainStatus')]).toEqual(['success', '0'])
    expect(well('journalctl -u holdfast -o cat -n 20')).toContain('"message":"stopped"')
  })

  test('wrong settings are told once and not tried again', () => {
    well('echo PORT=high > /etc/holdfast/holdfast.env')
    expect(machine!.run('systemctl start holdfast').code).not.toBe(0)
    // Longer than RestartSec: a unit that restarts would be seen doing so.
    well('sleep 2.5')
    expect(['ActiveState', 'ExecMainStatus', 'NRestarts'].map((name) => property(name))).toEqual([
      'failed',
      '78',
      '0',
    ])
    expect(well('journalctl -u holdfast -o cat -n 20')).toContain('PORT (environment): must be')
    well('rm /etc/holdfast/holdfast.env && systemctl reset-failed holdfast')
  })

  test('without a network of its own it is reached through the sockets alone', () => {
    well(`cd /root/new/units/no-network && mkdir -p /etc/systemd/system/holdfast.service.d
      cp no-network.conf /etc/systemd/system/holdfast.service.d/ && cp holdfast-proxy* /etc/systemd/system/
      systemctl daemon-reload && systemctl enable --now holdfast-proxy.socket holdfast-proxy-prometheus.socket`)
    expect(property('ActiveState')).toBe('inactive')
    expect(status(`${url}/readyz`)).toBe('200')
    expect(status('http://127.0.0.1:9465/metrics')).toBe('200')
    expect(property('ActiveState')).toBe('active')
    expect(well('readlink /proc/1/ns/net')).not.toBe(well(`readlink /proc/${property('MainPID')}/ns/net`))
  })
})
