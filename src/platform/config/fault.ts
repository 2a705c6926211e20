/** Everything that is wrong with the settings, at once. The faults are public: they name settings and files, never secret values. */
export class ConfigError extends Error {
  constructor(readonly faults: string[]) {
    super(faults.length === 1 ? faults[0] : `${faults.length} settings are wrong`)
    this.name = 'ConfigError'
  }
}
