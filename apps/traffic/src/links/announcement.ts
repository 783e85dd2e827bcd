// Prints the links once: as soon as Jaeger holds a negotiation that they can point to, or after some patience without.
import { withoutTracing } from '@throughline/telemetry'
import { pause } from '../pause.ts'

export interface AnnouncementOptions {
  /** Where to ask for traces; without it the first one that is offered is taken. */
  readonly jaegerUrl?: string
  readonly announce: (traceId: string | undefined) => void
  readonly patienceMs?: number
}

export interface Announcement {
  /** A trace that ended well. Not each one arrives: sampling drops some. */
  readonly offer: (traceId: string) => void
  readonly stop: () => Promise<void>
}

const askEveryMs = 500
const askTimeoutMs = 2_000
const candidates = 8

export function prepareAnnouncement(options: AnnouncementOptions): Announcement {
  const { jaegerUrl, announce, patienceMs = 45_000 } = options
  const stopping = new AbortController()
  const offered: string[] = []
  let announcing: Promise<void> | undefined

  async function findAndAnnounce(): Promise<void> {
    const deadline = performance.now() + patienceMs
    while (performance.now() < deadline) {
      for (const traceId of offered) {
        if (jaegerUrl === undefined || (await hasArrived(jaegerUrl, traceId))) {
          return announce(traceId)
        }
      }
      await pause(askEveryMs, stopping.signal)
    }
    announce(undefined)
  }

  return {
    offer(traceId) {
      if (offered.length < candidates) offered.push(traceId)
      // The first offer proves that the whole system works: patience counts from there.
      announcing ??= withoutTracing(findAndAnnounce).catch(ignoreStop)
    },
    async stop() {
      stopping.abort()
      await announcing
    },
  }

  function ignoreStop(err: unknown): void {
    if (!stopping.signal.aborted) throw err
  }
}

async function hasArrived(jaegerUrl: string, traceId: string): Promise<boolean> {
  try {
    const url = new URL(`/api/v3/traces/${traceId}`, jaegerUrl)
    const response = await fetch(url, { signal: AbortSignal.timeout(askTimeoutMs) })
    await response.body?.cancel()
    return response.ok
  } catch {
    // A Jaeger that is late or away is asked again.
    return false
  }
}
