// Turns `authorization: Bearer` into the caller, or the request away.
import type { IncomingMessage } from 'node:http'
import { trace } from '@opentelemetry/api'
import { attributes } from '@throughline/telemetry'
import type { FastifyInstance } from 'fastify'
import { GatewayError } from '../errors.ts'
import type { Caller, KeyDirectory } from './key-directory.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Known before the request's trace begins; in routes behind `requireCaller` never undefined. */
    caller: Caller | undefined
  }
}

/** Looks the key up before anything else runs: whether a trace is continued depends on it. */
export function addCallerLookup(app: FastifyInstance, keys: KeyDirectory): void {
  app.decorateRequest('caller', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    const key = bearerKey(request.raw)
    if (key !== undefined) request.caller = keys.find(key)
    done()
  })
}

export function requireCaller(app: FastifyInstance, keys: KeyDirectory): void {
  app.addHook('onRequest', async (request) => {
    request.caller ??= await newCaller(request.raw, keys)
    trace.getActiveSpan()?.setAttribute(attributes.tenantId, request.caller.tenantId)
  })
}

/** For routes behind `requireCaller`. */
export function callerOf({ caller }: { caller: Caller | undefined }): Caller {
  if (caller === undefined) throw new Error('This route is not behind requireCaller')
  return caller
}

async function newCaller(raw: IncomingMessage, keys: KeyDirectory): Promise<Caller> {
  const key = bearerKey(raw)
  if (key === undefined) {
    throw unauthenticated('Send an API key: authorization: Bearer <key>', '')
  }
  const caller = await keys.findFresh(key)
  if (caller !== undefined) return caller
  if (!keys.isLoaded()) {
    throw new GatewayError('unavailable', 'Keys cannot be checked yet; try again', {
      headers: { 'retry-after': '1' },
    })
  }
  throw unauthenticated('The API key is not known', ', error="invalid_token"')
}

/** RFC 6750's characters, within a length that costs nothing to hash. Two headers are no key at all. */
function bearerKey(raw: IncomingMessage): string | undefined {
  if (hasDuplicateAuthorization(raw)) return undefined
  return /^bearer +([\w.~+/=-]{1,200})$/i.exec(raw.headers.authorization ?? '')?.[1]
}

/** Node keeps the first of two silently; the proxy before us may have looked at the second. */
function hasDuplicateAuthorization(raw: IncomingMessage): boolean {
  return (raw.headersDistinct?.authorization?.length ?? 0) > 1
}

function unauthenticated(message: string, error: string): GatewayError {
  return new GatewayError('unauthenticated', message, {
    headers: { 'www-authenticate': `Bearer realm="throughline"${error}` },
  })
}
