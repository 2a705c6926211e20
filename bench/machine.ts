import { readFileSync } from 'node:fs'
import { startHoldfast } from './kit/holdfast'
import { load, type Target } from './kit/load'
import { makeSmallMachine } from './kit/small-machine'
import { printTable } from './kit/table'

/** Fly's shared-cpu-1x: 5 ms of every 80 ms once what was saved up is used (fly.io/docs/machines/cpu-performance), 512 MB as in fly.toml. */
const size = { cpuMs: 5, memoryMb: 512 }
const seconds = 8
const connections = 16

/** What a machine of that size answers for as long as it likes, beside a whole core of the same machine in the same run. */
export async function benchMachine(): Promise<void> {
  const holdfast = await startHoldfast()
  const targets = targetsOf(holdfast.url, holdfast.key, holdfast.pid)
  const machine = makeSmallMachine(size)
  const rows: (string | number)[][] = [
    ['call', 'whole core /s', 'CPU µs', 'small machine /s', 'CPU µs', 'p50 ms', 'p99 ms', 'later than 2 s'],
  ]
  try {
    for (const target of targets) await load(target, 3)
    const whole = []
    for (const target of targets) whole.push(await load(target, seconds))
    machine.put(holdfast.pid)
    for (const [i, target] of targets.entries()) {
      const small = await load(target, seconds, connections)
      const { rate, cpu, errors } = whole[i]!
      rows.push([
        target.name,
        rate,
        cpu,
        small.rate,
        small.cpu,
        small.p50,
        small.p99,
        `${errors + small.errors}`,
      ])
    }
    rows.push(['resident MB', memoryOf(holdfast.pid), '', '', '', '', '', ''])
  } finally {
    await holdfast.stop()
    machine.remove()
  }
  printTable(
    `A machine of ${size.cpuMs} ms processor time in 80 and ${size.memoryMb} MB (${connections} connections), beside a whole core (32)`,
    rows,
  )
}

const memoryOf = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024

function targetsOf(url: string, key: string, pid: number): Target[] {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': '2025-11-25',
  }
  const call = (name: string, args: object) =>
    JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name, arguments: args } })
  const mcp = { url: `${url}/mcp`, method: 'POST', headers, pid }
  return [
    { ...mcp, name: 'MCP read (get_preference)', body: call('get_preference', { key: 'x' }) },
    {
      ...mcp,
      name: 'MCP write (store_record)',
      body: call('store_record', { record_type: 'bench', data: { a: 1 } }),
    },
    { name: 'REST read (records?limit=10)', url: `${url}/api/v1/journal/records?limit=10`, headers, pid },
  ]
}
