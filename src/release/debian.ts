import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { commands } from '../cli/commands'
import { bashScript } from '../cli/completion/bash'
import { wordsOf } from '../cli/completion/words'
import { zshScript } from '../cli/completion/zsh'
import { manPage } from '../cli/man'
import { defaultInstallation } from '../platform/deploy/installation'
import { systemd } from '../platform/deploy/systemd'
import { run } from './archive'

/** Builds `holdfast_VERSION_ARCH.deb`: the binary, its unit and user, the manual page, completions. */
export function buildDebian(binary: string, version: string, architecture: string, folder: string): string {
  const root = join(folder, `deb-${architecture}`)
  const units = new Map(systemd.artifacts(defaultInstallation(version)).map(({ path, text }) => [path, text]))
  const put = (path: string, text: string, mode = 0o644) => {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true, mode: 0o755 })
    writeFileSync(file, text)
    chmodSync(file, mode)
  }
  put('usr/lib/systemd/system/holdfast.service', units.get('holdfast.service')!)
  put('usr/lib/sysusers.d/holdfast.conf', units.get('holdfast.sysusers')!)
  put('usr/share/man/man1/holdfast.1', manPage(commands))
  put('usr/share/bash-completion/completions/holdfast', bashScript(wordsOf(commands)))
  put('usr/share/zsh/vendor-completions/_holdfast', zshScript(wordsOf(commands)))
  put('etc/holdfast/holdfast.env', '# Settings of the service, NAME=value a line: holdfast help config\n')
  put('DEBIAN/conffiles', '/etc/holdfast/holdfast.env\n')
  put('DEBIAN/control', control(version, architecture))
  for (const [name, text] of Object.entries(scripts)) put(`DEBIAN/${name}`, text, 0o755)
  mkdirSync(join(root, 'usr/bin'), { recursive: true })
  cpSync(binary, join(root, 'usr/bin/holdfast'))
  chmodSync(join(root, 'usr/bin/holdfast'), 0o755)
  mkdirSync(join(root, 'etc/holdfast/credentials'), { mode: 0o700 })
  const file = join(folder, `holdfast_${version}_${architecture}.deb`)
  run('dpkg-deb', ['--root-owner-group', '-Zgzip', '--build', root, file])
  return file
}

const control = (version: string, architecture: string) => `Package: holdfast
Version: ${version}
Architecture: ${architecture}
Maintainer: Holdfast maintainers <maintainers@holdfast.invalid>
Section: net
Priority: optional
Depends: libc6 (>= 2.17)
Recommends: git
Suggests: postgresql-client
Description: backend of an MCP product in one file
 Identity, keys, quotas, storage, audit, metrics, health and an explorable API
 around the tools that agents call.
`

/** Installing starts nothing: settings come first. Removing keeps the data. */
const scripts = {
  postinst: `#!/bin/sh
set -e
if [ "$1" = configure ]; then
  chmod 700 /etc/holdfast/credentials
  if command -v systemd-sysusers >/dev/null; then systemd-sysusers holdfast.conf; fi
  if [ -d /run/systemd/system ]; then
    systemctl daemon-reload
    systemctl try-restart holdfast.service
  fi
fi
`,
  prerm: `#!/bin/sh
set -e
if [ "$1" = remove ] && [ -d /run/systemd/system ]; then systemctl disable --now holdfast.service; fi
`,
}
