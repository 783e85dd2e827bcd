// Server-sent events as OpenAI sends them: unnamed, JSON, ended by `[DONE]`.
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
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

export function createEventStream(reply: FastifyReply): EventStream {
  const stream = new PassThrough()
  let open = false
  // What is sent within one turn of the event loop leaves together: a stream's opening and its first text are one packet.
  const holdBack = () => {
    if (stream.writableCorked > 0) return
    stream.cork()
    setImmediate(() => stream.uncork())
  }
  // A caller who leaves takes the stream away: what is still written to it then goes nowhere, which is no error.
  const write = (data: string) => {
    if (stream.destroyed) return
    holdBack()
    stream.write(`data: ${data}\n\n`)
  }
  return {
    open: () => {
      open = true
      reply
        .header('content-type', 'text/event-stream; charset=utf-8')
        .header('cache-control', 'no-cache, no-transform')
        .send(stream)
    },
    isOpen: () => open,
    send: (data) => write(JSON.stringify(data)),
    relay: (events, signal) => {
      if (stream.destroyed || stream.write(events)) return undefined
      return untilDrained(stream, signal)
    },
    whenWritable: (callback) => {
      if (stream.writableNeedDrain) stream.once('drain', callback)
      else setImmediate(callback)
    },
    done: () => write('[DONE]'),
    end: () => stream.end(),
  }
}

async function untilDrained(stream: PassThrough, signal: AbortSignal): Promise<void> {
  try {
    await once(stream, 'drain', { signal })
  } catch (cause) {
    throw new ModelServerError('cancelled', 'The caller does not take the answer', { cause })
  }
}
