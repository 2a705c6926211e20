import { fill, type Target } from './artifact'
import service from './templates/systemd/holdfast.service.mustache' with { type: 'text' }
import sysusers from './templates/systemd/holdfast.sysusers.mustache' with { type: 'text' }
import proxyService from './templates/systemd/holdfast-proxy.service.mustache' with { type: 'text' }
import proxySocket from './templates/systemd/holdfast-proxy.socket.mustache' with { type: 'text' }
import prometheusService from './templates/systemd/holdfast-proxy-prometheus.service.mustache' with {
  type: 'text',
}
import prometheusSocket from './templates/systemd/holdfast-proxy-prometheus.socket.mustache' with {
  type: 'text',
}
import noNetwork from './templates/systemd/no-network.conf.mustache' with { type: 'text' }

const always = { 'holdfast.service': service, 'holdfast.sysusers': sysusers }
const withoutNetwork = {
  'no-network/no-network.conf': noNetwork,
  'no-network/holdfast-proxy.socket': proxySocket,
  'no-network/holdfast-proxy.service': proxyService,
  'no-network/holdfast-proxy-prometheus.socket': prometheusSocket,
  'no-network/holdfast-proxy-prometheus.service': prometheusService,
}

/** A hardened unit for a machine of one's own; with SQLite also the variant without any network. */
export const systemd: Target = {
  name: 'systemd',
  summary: 'a unit for a Linux machine, its user, and a variant without network of its own',
  artifacts: (installation) =>
    fill(
      installation.database === 'sqlite' && !installation.redis ? { ...always, ...withoutNetwork } : always,
      installation,
    ),
  next: ({ secrets }, folder) => [
    'sudo install -m 755 holdfast /usr/bin/holdfast',
    `sudo install -D -m 644 ${folder}/holdfast.sysusers /etc/sysusers.d/holdfast.conf && sudo systemd-sysusers`,
    'sudo install -d -m 700 /etc/holdfast/credentials',
    ...secrets.map((name) => `sudo install -m 600 FILE-WITH-${name} /etc/holdfast/credentials/${name}`),
    `sudo install -m 644 ${folder}/holdfast.service /etc/systemd/system/`,
    'sudo systemctl daemon-reload && sudo systemctl enable --now holdfast',
  ],
}
