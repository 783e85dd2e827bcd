// GET /api/events: tells a page what changed, at most four times a second, and says nothing when nothing did.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { TraceStore } from '../store/trace-store.ts'
import { Problem } from './answers.ts'
import { summaryJson } from './to-json.ts'
import type { TracesEventJson } from './trace-json.ts'

const pauseMs = 250
const heartbeatMs = 15_000
const mostStreams = 64
/** A page shows no more; older ones of the same moment are found by the list. */
const mostChanged = 500
/** A reader this far behind starts afresh sooner than it catches up. */
const mostUnreadBytes = 4_000_000

export class LiveEvents {
  readonly #store: TraceStore
  readonly #streams = new Set<ServerResponse>()

  constructor(store: TraceStore) {
    this.#store = store
  }

  /** `traceId`: changes of this trace only. */
  open(request: IncomingMessage, response: ServerResponse, traceId: string | undefined): void {
    if (this.#streams.size >= mostStreams) throw new Problem(503, 'too many live pages')
    this.#streams.add(response)
    response.writeHead(200, { 'content-type': 'text/event-stream' })

    const changed = new Set<string>()
    const removed = new Set<string>()
    let pause: NodeJS.Timeout | undefined
    const write = (text: string) => {
      if (response.writableLength > mostUnreadBytes) response.destroy()
      else response.write(text)
    }
    const flush = () => {
      pause = undefined
      write(this.#message(changed, removed))
      changed.clear()
      removed.clear()
    }
    const unsubscribe = this.#store.onChange((id, change) => {
      if (traceId !== undefined && id !== traceId) return
      if (change === 'removed') changed.delete(id)
      else removed.delete(id)
      const names = change === 'removed' ? removed : changed
      names.add(id)
      pause ??= setTimeout(flush, pauseMs)
    })
    const heartbeat = setInterval(() => write(':\n\n'), heartbeatMs)
    // The first event says that the stream is open and what the store holds.
    write(`retry: 1000\n${this.#stats()}`)

    request.on('close', () => {
      clearTimeout(pause)
      clearInterval(heartbeat)
      unsubscribe()
      this.#streams.delete(response)
    })
  }

  /** A stream never ends by itself, and a server with open ones does not close. */
  close(): void {
    for (const stream of this.#streams) stream.end()
  }

  #message(changed: ReadonlySet<string>, removed: ReadonlySet<string>): string {
    const traces = [...changed]
      .slice(-mostChanged)
      .map((id) => this.#store.get(id))
      .filter((trace) => trace !== undefined)
    const event: TracesEventJson = { changed: traces.map(summaryJson), removed: [...removed] }
    return `event: traces\ndata: ${JSON.stringify(event)}\n\n${this.#stats()}`
  }

  #stats(): string {
    return `event: stats\ndata: ${JSON.stringify(this.#store.stats())}\n\n`
  }
}
