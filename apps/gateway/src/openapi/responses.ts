// The refusals a route documents, in the one form that all of them have.
import { problemSchema } from '@throughline/contracts'

const descriptions = {
  400: 'Something in the request was refused; `errors` names every field',
  401: 'The API key is missing or not known',
  404: 'There is no such thing for this tenant',
  409: 'The state of the thing forbids it',
  413: 'The body is too large',
  415: 'The body is not JSON',
  429: 'Too many requests with this key, or too many tasks waiting; `retry-after` says when',
  503: 'A part behind the gateway is away, maybe since it took the request; the work may have been done',
  504: 'A part behind the gateway did not answer in time; the work may have been done',
} as const

interface ProblemResponse {
  readonly description: string
  readonly content: {
    readonly 'application/problem+json': { readonly schema: typeof problemSchema }
  }
}

export function problemResponses<Refused extends keyof typeof descriptions>(
  ...statuses: Refused[]
): Record<Refused, ProblemResponse> {
  const responses: Partial<Record<Refused, ProblemResponse>> = {}
  for (const status of statuses) {
    const content = { 'application/problem+json': { schema: problemSchema } }
    responses[status] = { description: descriptions[status], content }
  }
  return responses as Record<Refused, ProblemResponse>
}

export function jsonResponse<Schema>(description: string, schema: Schema) {
  return { description, content: { 'application/json': { schema } } }
}

/** What every route behind a key has. */
export const keyed = { security: [{ apiKey: [] }] }
