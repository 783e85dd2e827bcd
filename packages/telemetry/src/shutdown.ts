// The end of telemetry: what was recorded is sent, but the process never waits long, and never fails, because of it.
import { setTimeout as sleep } from 'node:timers/promises'

const shutdownTimeoutMs = 3_000

// Register and app resolve to this same module, which is how the app reaches the SDK that a flag started.
let flush: (() => Promise<void>) | undefined
let ended: Promise<void> | undefined

export function flushAtShutdown(newFlush: () => Promise<void>): void {
  flush = newFlush
}

/**
 * Flushes and stops. Call it after the last span has ended: the app owns the signals and the order of its drain.
 * With the receiver gone the SDK by itself would take ten seconds and then reject.
 */
export async function shutdownTelemetry(): Promise<void> {
  if (!flush) return
  ended ??= Promise.race([
    // The SDK has printed why an export failed; there is nobody left to do more about it.
    flush().catch(() => {}),
    sleep(shutdownTimeoutMs, undefined, { ref: false }),
  ])
  await ended
}
