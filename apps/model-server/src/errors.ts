// Everything that can go wrong becomes one error body in OpenAI's shape: total, and opaque about what nobody foresaw.

const refusals = {
  invalid_request: { status: 400, type: 'invalid_request_error' },
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  unsupported_value: { status: 400, type: 'invalid_request_error' },
  model_not_found: { status: 404, type: 'invalid_request_error' },
  not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  request_timeout: { status: 408, type: 'invalid_request_error' },
  headers_too_large: { status: 431, type: 'invalid_request_error' },
  queue_full: { status: 429, type: 'rate_limit_error', retryAfterSeconds: 1 },
  model_error: { status: 500, type: 'server_error' },
  model_unavailable: { status: 503, type: 'server_error', retryAfterSeconds: 10 },
  engine_unavailable: { status: 503, type: 'server_error', retryAfterSeconds: 1 },
  // Of the provider that is asked for models elsewhere: it was not reached, or is left alone; it failed, or sent garbage;
  // it takes no more now; it refuses us, about which a caller can do nothing.
  upstream_unreachable: { status: 503, type: 'server_error', retryAfterSeconds: 1 },
  upstream_unavailable: { status: 503, type: 'server_error', retryAfterSeconds: 1 },
  upstream_failed: { status: 502, type: 'server_error' },
  upstream_invalid: { status: 502, type: 'server_error' },
  upstream_limited: { status: 429, type: 'rate_limit_error', retryAfterSeconds: 1 },
  upstream_refused: { status: 502, type: 'server_error', log: 'error' },
  not_ready: { status: 503, type: 'server_error', retryAfterSeconds: 1 },
  stopping: { status: 503, type: 'server_error', retryAfterSeconds: 1 },
  timeout: { status: 504, type: 'server_error' },
  // nginx's number for a caller who hung up: nobody reads it but the span.
  cancelled: { status: 499, type: 'invalid_request_error' },
} as const satisfies Record<string, RefusalKind>

interface RefusalKind {
  readonly status: number
  readonly type: string
  readonly retryAfterSeconds?: number
  /** Where somebody should look, although it was handled. */
  readonly log?: 'error'
}

/** Its message is meant for the caller. */
export class ModelServerError extends Error {
  override readonly name = 'ModelServerError'
  readonly code: keyof typeof refusals
  /** The field of the request that is at fault. */
  readonly param: string | undefined
  /** When to come back, if there is more to say than the code's own. */
  readonly retryAfterSeconds: number | undefined

  constructor(
    code: keyof typeof refusals,
    message: string,
    options: { param?: string; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.param = options.param
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

export interface ErrorBody {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: string | null
  }
}

export interface Refusal {
  readonly status: number
  readonly body: ErrorBody
  readonly headers: Readonly<Record<string, string>>
  /** How it is logged: what nobody foresaw as an error, what was handled as a warning, a caller's slip not at all. */
  readonly log?: 'error' | 'warn'
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof ModelServerError) {
    const refusal: RefusalKind = refusals[error.code]
    const retryAfterSeconds = error.retryAfterSeconds ?? refusal.retryAfterSeconds
    return {
      status: refusal.status,
      body: bodyOf(error.message, refusal.type, error.param, error.code),
      headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
      ...((refusal.status === 429 || refusal.status >= 500) && { log: refusal.log ?? 'warn' }),
    }
  }
  if (isFastifyRefusal(error)) {
    // Fastify words its own errors without our internals; a parser's message quotes the body.
    const message = error.code?.startsWith('FST_') ? error.message : 'The body is not valid JSON'
    return {
      status: error.statusCode,
      body: bodyOf(message, 'invalid_request_error', undefined, 'invalid_request'),
      headers: {},
    }
  }
  return {
    status: 500,
    body: bodyOf('The server had an error', 'server_error', undefined, null),
    headers: {},
    log: 'error',
  }
}

/** A low-cardinality name for `error.type`. */
export function errorTypeOf(error: unknown): string {
  if (error instanceof ModelServerError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}

function bodyOf(
  message: string,
  type: string,
  param: string | undefined,
  code: string | null,
): ErrorBody {
  return { error: { message, type, param: param ?? null, code } }
}

function isFastifyRefusal(error: unknown): error is Error & { statusCode: number; code?: string } {
  if (!(error instanceof Error) || !('statusCode' in error)) return false
  const { statusCode } = error
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500
}
