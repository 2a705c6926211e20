import type { Target } from './artifact'
import { compose, kubernetes, render } from './containers'
import { fly } from './fly'
import { apache, nginx } from './proxies'
import { systemd } from './systemd'

/** Every platform that `holdfast init` writes for. */
export const targets: readonly Target[] = [fly, systemd, compose, kubernetes, render, nginx, apache]
