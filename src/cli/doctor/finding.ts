/** What one check found; `next` says what to do about it. */
export interface Finding {
  check: string
  status: 'pass' | 'warn' | 'fail'
  detail: string
  next?: string
}

export const pass = (check: string, detail: string): Finding => ({ check, status: 'pass', detail })
export const warn = (check: string, detail: string, next: string): Finding => ({
  check,
  status: 'warn',
  detail,
  next,
})
export const fail = (check: string, detail: string, next: string): Finding => ({
  check,
  status: 'fail',
  detail,
  next,
})
