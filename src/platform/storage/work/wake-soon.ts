import { dlopen, ptr } from 'bun:ffi'

/** Nanoseconds that the thread asks for at a time: the least that Linux grants. */
const slice = 100_000n

/** Numbers of sched_getattr(2) and sched_setattr(2). */
const calls: Record<string, { get: number; set: number }> = {
  x64: { get: 315, set: 314 },
  arm64: { get: 275, set: 274 },
}

/** `struct sched_attr` of sched_setattr(2): its bytes, and where its fields are. */
const attributes = { bytes: 48, policy: 4, flags: 8, runtime: 24 }
const usualPolicy = 0
const resetOnFork = 1n

let asked = false

/**
 * Lets the calling thread, which serves, run as soon as it has something to do, also while other threads keep all processors busy: since Linux 6.12
 * one that asks for short slices interrupts one with longer ones (`sched_runtime` of sched_setattr(2)), where it would wait for the next tick. Its
 * share stays what it is, and what it starts has the usual slices. Elsewhere, and where it is not allowed, nothing happens.
 */
export function wakeSoon(): void {
  const call = calls[process.arch]
  if (asked || process.platform !== 'linux' || !call) return
  asked = true
  try {
    askForShortSlices(call)
  } catch {
    // Without it a call waits for a tick now and then.
  }
}

function askForShortSlices({ get, set }: { get: number; set: number }): void {
  const { symbols, close } = dlopen('libc.so.6', {
    syscall: { args: ['i64', 'i32', 'ptr', 'u32', 'u32'], returns: 'i32' },
  })
  const view = new DataView(new ArrayBuffer(attributes.bytes))
  const known = symbols.syscall(get, 0, ptr(view), attributes.bytes, 0) === 0
  // What an operator has chosen with chrt(1) stays.
  if (known && view.getUint32(attributes.policy, true) === usualPolicy) {
    view.setBigUint64(attributes.flags, view.getBigUint64(attributes.flags, true) | resetOnFork, true)
    view.setBigUint64(attributes.runtime, slice, true)
    symbols.syscall(set, 0, ptr(view), 0, 0)
  }
  close()
}
