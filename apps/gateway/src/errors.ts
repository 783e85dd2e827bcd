// Everything that can go wrong becomes one problem+json body (RFC 9457): total, and opaque about what nobody foresaw.
import { STATUS_CODES } from 'node:http'
import type { Problem } from '@throughline/contracts'
import { ClientError, Status } from 'nice-grpc'

const statusOf = {
  invalid: 400,
  unauthenticated: 401,
  not_found: 404,
  rate_limited: 429,
  unavailable: 503,
} as const

export type FieldProblem = NonNullable<Problem['errors']>[number]

/** Its message is meant for the caller. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: keyof typeof statusOf
  readonly headers: Readonly<Record<string, string>>
  readonly fields: readonly FieldProblem[]

  constructor(
    code: keyof typeof statusOf,
    message: string,
    options: {
      headers?: Record<string, string>
      fields?: readonly FieldProblem[]
      cause?: unknown
    } = {},
  ) {
    super(message, { cause: options.cause })
    this.code = code
    this.headers = options.headers ?? {}
    this.fields = options.fields ?? []
  }
}

export interface Refusal {
  readonly status: number
  readonly detail?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly fields?: readonly FieldProblem[]
  /** How it is logged: a failure with everything known about it, a peer's outage as a warning. */
  readonly log?: 'error' | 'warn'
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof GatewayError) {
    const { code, message, headers, fields } = error
    return { status: statusOf[code], detail: message, headers, fields }
  }
  if (error instanceof ClientError) return refusalOfRpc(error)
  if (isAbort(error)) return { status: 499, detail: 'The caller went away' }
  if (isFastifyError(error)) return refusalOfFastify(error)
  return { status: 500, log: 'error' }
}

export function problemOf(refusal: Refusal, traceId: string | undefined): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[refusal.status] ?? 'Client Closed Request',
    status: refusal.status,
    ...(refusal.detail !== undefined && { detail: refusal.detail }),
    ...(traceId !== undefined && { trace_id: traceId }),
    ...(refusal.fields?.length && { errors: [...refusal.fields] }),
  }
}

const retrySoon = { 'retry-after': '1' }
/** Until a queue of work has become shorter. */
const retryLater = { 'retry-after': '5' }

/** Core words these three for the caller; of all others only the kind leaves the house. */
function refusalOfRpc({ code, details }: ClientError): Refusal {
  switch (code) {
    case Status.INVALID_ARGUMENT:
      return refusalOfArguments(details)
    case Status.NOT_FOUND:
      return { status: 404, detail: details }
    case Status.FAILED_PRECONDITION:
    case Status.ALREADY_EXISTS:
    case Status.ABORTED:
      return { status: 409, detail: details }
    case Status.RESOURCE_EXHAUSTED:
      return { status: 429, headers: retryLater, detail: 'Too much is waiting; try again later' }
    // Of either nobody knows whether the work was done: a call may break off after it has arrived.
    case Status.UNAVAILABLE:
      return { status: 503, headers: retrySoon, log: 'warn', detail: 'Not available; try again' }
    case Status.DEADLINE_EXCEEDED:
      return { status: 504, headers: retrySoon, log: 'warn', detail: 'No answer in time' }
    default:
      return { status: 500, log: 'error' }
  }
}

/** Core refuses what only it can judge, a page token for one, as `field_name: message; …`. */
function refusalOfArguments(details: string): Refusal {
  const fields = details.split('; ').map((part) => /^([a-z_.]+): (.+)$/s.exec(part)?.slice(1) ?? [])
  const named = fields.flatMap(([field, message]) =>
    field !== undefined && message !== undefined ? [{ field: camelCase(field), message }] : [],
  )
  if (named.length < fields.length) return { status: 400, detail: details }
  return { status: 400, detail: fieldsRefused, fields: named }
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

const fieldsRefused = 'Some fields were refused'

interface FastifyFailure extends Error {
  readonly code?: string
  readonly statusCode: number
  readonly validation?: readonly {
    readonly instancePath: string
    readonly message?: string
    readonly keyword: string
    readonly params: { readonly keys?: unknown }
  }[]
  readonly validationContext?: string
}

function refusalOfFastify(error: FastifyFailure): Refusal {
  if (error.validation !== undefined) {
    return { status: 400, detail: fieldsRefused, fields: fieldProblems(error) }
  }
  if (error.statusCode >= 500) return { status: 500, log: 'error' }
  // Fastify words its own errors without our internals; a parser's message quotes the body.
  return {
    status: error.statusCode,
    ...(error.code?.startsWith('FST_') && { detail: error.message }),
  }
}

/** A body of sixty kilobytes holds thousands of unknown keys, each as long as it likes. */
const maxFieldProblems = 20
const maxFieldLength = 100

function fieldProblems({ validation = [], validationContext }: FastifyFailure): FieldProblem[] {
  const problems: FieldProblem[] = []
  for (const { instancePath, message = 'is not valid', keyword, params } of validation) {
    const path = instancePath.slice(1).replaceAll('/', '.')
    if (keyword === 'unrecognized_keys' && Array.isArray(params.keys)) {
      for (const key of params.keys.slice(0, maxFieldProblems)) {
        problems.push({ field: path ? `${path}.${key}` : String(key), message: 'is not known' })
      }
    } else {
      problems.push({ field: path || (validationContext ?? 'request'), message })
    }
  }
  return problems.slice(0, maxFieldProblems).map(({ field, message }) => ({
    field: field.slice(0, maxFieldLength).toWellFormed(),
    message,
  }))
}

function isFastifyError(error: unknown): error is FastifyFailure {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}
