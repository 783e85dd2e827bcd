// Aborted when the caller leaves before its answer. Fastify's own `request.signal` aborts as soon as
// the body has been read, because that is when Node closes a request.
import type { FastifyReply } from 'fastify'

export function disconnectSignal({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController()
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort()
  })
  return controller.signal
}
