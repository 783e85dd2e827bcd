// What the provider says instead of an answer, and what our caller hears of it.
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { ProviderResponse } from './provider.ts'
import { readText } from './read-text.ts'

/** Any status but 200, and 502 for what is said in the middle of a stream. Its message has no word of the provider. */
export class ProviderRefusal extends Error {
  override readonly name = 'ProviderRefusal'
  /** For `error.type`. */
  readonly code: string
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** In OpenAI's shape, as it came. */
  readonly body: string | undefined

  constructor(status: number, headers: IncomingHttpHeaders, body?: string) {
    super(`The provider answered ${status}`)
    this.code = String(status)
    this.status = status
    this.headers = headers
    this.body = body
  }
}

const maxBodyBytes = 64 * 1024
const errorBody = z.object({ error: z.object({ message: z.string() }) })

export function isErrorBody(value: unknown): boolean {
  return errorBody.safeParse(value).success
}

export async function readRefusal(response: ProviderResponse): Promise<ProviderRefusal> {
  const { status, headers, body } = response
  const text = await readText(body, { maxBytes: maxBodyBytes })
  const isKnown = text !== undefined && isErrorText(text)
  return new ProviderRefusal(status, headers, isKnown ? text : undefined)
}

function isErrorText(text: string): boolean {
  try {
    return isErrorBody(JSON.parse(text))
  } catch {
    // No JSON: the page of a proxy, most likely.
    return false
  }
}
