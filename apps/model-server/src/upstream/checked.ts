// What is asked of whatever a provider sends, before any of it goes on. No message quotes it.
import { ModelServerError } from '../errors.ts'

export function requireType(contentType: string | undefined, wanted: string): void {
  const [type = ''] = (contentType ?? '').split(';')
  if (type.trim().toLowerCase() === wanted) return
  throw invalid(`The provider sent another content type than ${wanted}`)
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Its message would quote the answer.
    throw invalid('The provider sent what is no JSON')
  }
}

export function invalid(message: string, cause?: unknown): ModelServerError {
  return new ModelServerError('upstream_invalid', message, { cause })
}
