// Takes trace context off HTTP requests that leave the system: fetch, undici, and every client built on them. The
// instrumentation adds it to all, and neither its hooks nor a propagator can prevent it for some hosts. But it writes
// on a channel that others may listen to: whoever subscribes after it sees the headers before they are sent.
import { subscribe } from 'node:diagnostics_channel'
import { contextFields } from '../trace-context/context-fields.ts'
import { createOriginRule, type InsideRule } from './inside-hosts.ts'

/** Of undici 6 and later: names and values by turns. */
interface UndiciRequest {
  readonly origin: string | URL
  readonly headers: unknown[]
}

/** Call it once, when the instrumentation is there. Headers that the app itself has set go, too. */
export function keepContextInside(isInside: InsideRule): void {
  const isOriginInside = createOriginRule(isInside)
  subscribe('undici:request:create', (message) => {
    const { request } = message as { request: UndiciRequest }
    if (!isOriginInside(String(request.origin))) dropContext(request.headers)
  })
}

function dropContext(headers: unknown[]): void {
  const dropped = contextFields()
  for (let index = headers.length - 2; index >= 0; index -= 2) {
    if (dropped.has(String(headers[index]).toLowerCase())) headers.splice(index, 2)
  }
}
