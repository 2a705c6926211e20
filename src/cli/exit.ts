/** Exit codes: done, failed, misused, bad settings (EX_CONFIG of sysexits.h, which systemd can be told not to restart on). */
export const exit = { done: 0, failed: 1, misused: 2, badSettings: 78 } as const
