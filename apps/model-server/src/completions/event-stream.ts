// Server-sent events as OpenAI sends them: unnamed, JSON, ended by `[DONE]`.
import { once } from 'node:events'
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { FastifyReply } from 'fastify'
import { ModelServerError } from '../errors.ts'

export interface EventStream {
  /** Sends the headers. Before this an error can still have a status of its own. */
  readonly open: () => void
  readonly isOpen: () => boolean
  readonly send: (data: object) => void
  /** Whole events as they came from elsewhere. What it returns is to be waited for: the caller is slow. */
  readonly relay: (events: string, signal: AbortSignal) => Promise<void> | undefined
  /** Calls back once this turn of the event loop is over, or once the caller has taken enough of what was sent. */
  readonly whenWritable: (callback: () => void) => void
  readonly done: () => void
  readonly end: () => void
}

/** Written by hand from its headers on: a stream of Fastify's would pass every word through two streams more. */
export function createEventStream(reply: FastifyReply): EventStream {
  const { raw } = reply
  let isOpen = false
  // What is sent within one turn of the event loop leaves together: a stream's opening and its first text are one packet.
  const holdBack = () => {
    if (raw.writableCorked > 0) return
    raw.cork()
    setImmediate(() => {
      if (raw.writableCorked > 0) raw.uncork()
    })
  }
  // A caller who leaves takes the response away: what is still written to it then goes nowhere, which is no error.
  const write = (data: string) => {
    if (raw.destroyed) return
    holdBack()
    raw.write(`data: ${data}\n\n`)
  }
  return {
    open: () => {
      isOpen = true
      reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-cache, no-transform')
        .hijack()
      raw.writeHead(200, reply.getHeaders() as OutgoingHttpHeaders)
    },
    isOpen: () => isOpen,
    send: (data) => write(JSON.stringify(data)),
    relay: (events, signal) => {
      if (raw.destroyed || raw.write(events)) return undefined
      return untilDrained(raw, signal)
    },
    whenWritable: (callback) => {
      if (raw.writableNeedDrain) raw.once('drain', callback)
      else setImmediate(callback)
    },
    done: () => write('[DONE]'),
    end: () => {
      if (isOpen) raw.end()
    },
  }
}

async function untilDrained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  try {
    await once(response, 'drain', { signal })
  } catch (cause) {
    throw new ModelServerError('cancelled', 'The caller does not take the answer', { cause })
  }
}
