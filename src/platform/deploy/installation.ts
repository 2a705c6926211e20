/** A setting that is no secret, as text. */
export interface GivenSetting {
  name: string
  value: string
}

/** What the artifacts are written for: the settings as they stand. */
export interface Installation {
  version: string
  port: number
  prometheusPort: number
  /** Without path and final slash; undefined when it is not known yet. */
  publicUrl: string | undefined
  database: 'sqlite' | 'postgres'
  redis: boolean
  maxRequestBytes: number
  requestTimeoutSeconds: number
  /** Settings that were given and that no artifact decides by itself. */
  given: GivenSetting[]
  /** Names of the secrets that are set. Their values stay where they are. */
  secrets: string[]
}

/** The installation that nothing was set for. */
export const defaultInstallation = (version: string): Installation => ({
  version,
  port: 8890,
  prometheusPort: 9465,
  publicUrl: undefined,
  database: 'sqlite',
  redis: false,
  maxRequestBytes: 10 * 1024 * 1024,
  requestTimeoutSeconds: 60,
  given: [],
  secrets: [],
})
