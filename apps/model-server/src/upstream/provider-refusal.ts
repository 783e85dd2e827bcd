// What the provider says instead of an answer.
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { ProviderResponse } from './provider.ts'
import { readText } from './read-text.ts'

/** Any status but 200, or an error in the place of a chunk. Its message has no word of the provider. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal'
  /** For `error.type`. */
  readonly code: string
  readonly status: number
  /** Said in a stream, where the status is what it would have been. */
  readonly isInStream: boolean
  readonly headers: IncomingHttpHeaders
  /** In OpenAI's shape, as it came. */
  readonly body: string | undefined

  constructor(status: number, headers: IncomingHttpHeaders, body?: string, isInStream = false) {
    super(`The provider answered ${status}`)
    this.code = String(status)
    this.status = status
    this.isInStream = isInStream
    this.headers = headers
    this.body = body
  }
}

const maxBodyBytes = 64 * 1024
const word = z.union([z.string(), z.number()]).optional().catch(undefined)
const errorBody = z.object({ error: z.object({ message: z.string(), type: word, code: word }) })

/** What providers call a key that is wrong, or may not do this: by OpenAI's words, by others', or by the status. */
const aboutUs = new Set([
  ...['invalid_api_key', 'authentication_error', 'permission_error', 'permission_denied'],
  ...['unauthenticated', 'unauthorized', 'forbidden', 'access_denied', 'invalid_organization'],
  ...['401', '403', '407'],
])

/** The error that a provider says in the place of a chunk; nothing, if it is none. */
export function refusalInStream(value: unknown): ProviderRefusal | undefined {
  const parsed = errorBody.safeParse(value)
  if (!parsed.success) return undefined
  const { type, code } = parsed.data.error
  const isAboutUs = [type, code].some((said) => aboutUs.has(String(said).toLowerCase()))
  return new ProviderRefusal(isAboutUs ? 401 : 502, {}, JSON.stringify(value), true)
}

export async function readRefusal(response: ProviderResponse): Promise<ProviderRefusal> {
  const { status, headers, body } = response
  const text = await readText(body, { maxBytes: maxBodyBytes })
  const isKnown = text !== undefined && isErrorText(text)
  return new ProviderRefusal(status, headers, isKnown ? text : undefined)
}

function isErrorText(text: string): boolean {
  try {
    return errorBody.safeParse(JSON.parse(text)).success
  } catch {
    // No JSON: the page of a proxy, most likely.
    return false
  }
}
