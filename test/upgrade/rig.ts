import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../src/cli/run'
import { platformName } from '../../src/platform/upgrade/platform'
import { packFolder, run as runProgram } from '../../src/release/archive'
import type { Ran } from '../cli/rig'
import { emptyFolder } from '../kit/folder'

/** A program that answers what `upgrade` asks: its version, and the schema that it knows of the data in DATA_DIR. */
export const program = (version: string, knows = 8) => `#!/bin/sh
case "$1" in
  version) echo '{"version":"${version}"}' ;;
  migrate)
    at=$(cat "$DATA_DIR/holdfast.db")
    newer=false; pending='[]'
    if [ "$at" -gt ${knows} ]; then newer=true; fi
    if [ "$at" -lt ${knows} ]; then pending='["next"]'; fi
    echo "{\\"current\\":\\"000$at\\",\\"needed\\":\\"000${knows}\\",\\"newer\\":$newer,\\"pending\\":$pending}" ;;
esac
`

export function writeProgram(file: string, text: string): string {
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}

/** A folder with archives of these programs by version, as a release is published. */
export function publish(programs: Record<string, string>, name = 'holdfast'): string {
  const folder = emptyFolder()
  const archives = Object.entries(programs).map(([version, text]) => {
    const content = emptyFolder()
    writeProgram(join(content, name), text)
    writeFileSync(join(content, 'README.md'), '# read me\n')
    const archive = `holdfast-${version}-${platformName()}.tar.gz`
    packFolder(content, join(folder, archive))
    return archive
  })
  writeFileSync(join(folder, 'SHA256SUMS'), runProgram('sha256sum', archives, folder))
  return folder
}

/** An installed program in a folder of its own, and what is done with it. */
export function installed(folder = emptyFolder()) {
  const binary = writeProgram(join(folder, 'holdfast'), program('0.0.1'))
  const data = join(emptyFolder(), 'data')
  const setSchema = (at: number) => {
    mkdirSync(data, { recursive: true })
    writeFileSync(join(data, 'holdfast.db'), `${at}\n`)
  }
  const env = { DATA_DIR: data, PATH: process.env.PATH }
  return {
    folder,
    binary,
    data,
    setSchema,
    /** Runs this source as if it were the installed program. */
    async upgrade(
      args: string[],
      { self = [binary], more = {} as Record<string, string> } = {},
    ): Promise<Ran> {
      let [stdout, stderr] = ['', '']
      const code = await run(['upgrade', ...args], {
        env: { ...env, ...more },
        cwd: emptyFolder(),
        self,
        print: (text) => {
          stdout += text
        },
        warn: (text) => {
          stderr += text
        },
        input: async () => '',
      })
      return { code, stdout, stderr }
    },
    versionOf: (file = binary) => /"version":"([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1],
  }
}
