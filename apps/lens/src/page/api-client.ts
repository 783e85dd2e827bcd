// The page's side of the API.
import type { StatsJson, TracesEventJson } from '../api/trace-json.ts'

export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

const timeoutMs = 20_000

export async function fetchJson<Answer>(path: string): Promise<Answer> {
  const response = await fetch(path, { signal: AbortSignal.timeout(timeoutMs) })
  if (response.ok) return response.json()
  const { detail } = await response.json()
  throw new ApiError(response.status, String(detail))
}

export type LiveState = 'connecting' | 'live' | 'offline' | 'evicted'

export interface LiveHandlers {
  /** Also after every reconnection, as when a hidden tab is shown again: what happened has to be asked for. */
  readonly onOpen: () => void
  readonly onTraces: (event: TracesEventJson) => void
  readonly onStats: (stats: StatsJson) => void
  readonly onState: (state: LiveState) => void
}

/** `path` is that of the event stream; the browser reconnects by itself. Returns how to stop. */
export function listen(path: string, handlers: LiveHandlers): () => void {
  let source: EventSource | undefined
  // A browser has six connections for all tabs of a host: one that nobody looks at must not keep one.
  const follow = () => {
    source?.close()
    source = document.hidden ? undefined : openSource(path, handlers)
  }
  document.addEventListener('visibilitychange', follow)
  follow()
  // A tab that opens in the background has at least a title.
  if (document.hidden) handlers.onOpen()
  return () => {
    document.removeEventListener('visibilitychange', follow)
    source?.close()
  }
}

function openSource(path: string, handlers: LiveHandlers): EventSource {
  const source = new EventSource(path)
  source.addEventListener('open', () => {
    handlers.onState('live')
    handlers.onOpen()
  })
  source.addEventListener('error', () => handlers.onState('offline'))
  source.addEventListener('traces', ({ data }) => handlers.onTraces(JSON.parse(data)))
  source.addEventListener('stats', ({ data }) => handlers.onStats(JSON.parse(data)))
  return source
}
