import { prefix, type Variables } from './declared'

const suffix = /_SERVICE_(HOST|PORT)(_[A-Z0-9_]+)?$/

/**
 * Variables that Kubernetes puts into every pod for each service of the namespace. A service called `metrics` or `holdfast` would otherwise
 * set METRICS_SERVICE_HOST (an alias of HOST) to a cluster address, or HOLDFAST_PORT to `tcp://…`.
 */
export function clusterLinks(variables: Variables): Set<string> {
  const links = new Set<string>()
  if (!variables.KUBERNETES_SERVICE_HOST) return links
  for (const name of Object.keys(variables)) {
    const service = suffix.test(name)
      ? name.replace(suffix, '')
      : /^(.+)_PORT(_\d+_(TCP|UDP|SCTP)(_[A-Z]+)?)?$/.exec(name)?.[1]
    if (service && /^(tcp|udp|sctp):\/\//.test(variables[`${service}_PORT`] ?? '')) links.add(name)
  }
  return links
}

/** True for what looks like ours in the environment and must be known. */
export const looksOurs = (name: string) => name.startsWith(prefix)
