import type { Target } from './artifact'
import { fly } from './fly'
import { apache, nginx } from './proxies'
import { systemd } from './systemd'

/** Every platform that `holdfast init` writes for. */
export const targets: readonly Target[] = [fly, systemd, nginx, apache]
