import type { FastifyReply } from 'fastify'
import { ModelServerError } from '../errors.ts'

/** Aborted when the caller leaves, when the time is up, or when the server stops; its reason says which. */
export function requestSignal(
  reply: FastifyReply,
  timeoutMs: number,
  stopping: AbortSignal,
): AbortSignal {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new ModelServerError('timeout', `No answer within ${timeoutMs} ms`))
  }, timeoutMs)
  const stop = () => controller.abort(stopping.reason)
  if (stopping.aborted) stop()
  stopping.addEventListener('abort', stop, { once: true })
  // Also comes when the response is complete: by then nothing is left to abort.
  reply.raw.once('close', () => {
    clearTimeout(timer)
    stopping.removeEventListener('abort', stop)
    controller.abort(new ModelServerError('cancelled', 'The caller went away'))
  })
  return controller.signal
}
