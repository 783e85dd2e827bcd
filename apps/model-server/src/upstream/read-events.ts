// Server-sent events out of bytes that are believed in nothing: any chunking, any line ends, and a bound.
import type { ModelServerError } from '../errors.ts'
import { invalid } from './checked.ts'

export interface ProviderEvent {
  /** To be sent on: the event's lines, without comments. */
  readonly text: string
  readonly data: string
}

/** Comments count, too: a provider that sends nothing else is not waited for until the time is up. */
export const maxEventCharacters = 1024 * 1024

/** What is not complete at the end is no event. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<ProviderEvent, void> {
  let lines: string[] = []
  let characters = 0
  for await (const complete of readLines(body)) {
    for (const line of complete) {
      characters += line.length + 1
      if (characters > maxEventCharacters) throw tooLong()
      if (line.startsWith(':')) continue
      if (line !== '') {
        lines.push(line)
        continue
      }
      const data = dataOf(lines)
      if (data !== undefined) {
        yield { text: `${lines.join('\n')}\n\n`, data }
        characters = 0
      }
      lines = []
    }
  }
}

function dataOf(lines: readonly string[]): string | undefined {
  const data = lines.filter((line) => line.startsWith('data:'))
  if (data.length === 0) return undefined
  return data.map((line) => line.slice(line[5] === ' ' ? 6 : 5)).join('\n')
}

/** Those that each chunk completes. */
async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string[], void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let begun = ''
  let afterReturn = false
  for await (const bytes of body) {
    const decoded = decode(decoder, bytes)
    if (decoded === '') continue
    // A line end of two characters may come in two chunks.
    const text = afterReturn && decoded.startsWith('\n') ? decoded.slice(1) : decoded
    afterReturn = decoded.endsWith('\r')
    const lines = text.split(/\r\n|\r|\n/)
    lines[0] = begun + lines[0]
    begun = lines.pop() ?? ''
    if (begun.length > maxEventCharacters) throw tooLong()
    if (lines.length > 0) yield lines
  }
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: true })
  } catch (cause) {
    throw invalid('The provider sent what is no text', cause)
  }
}

function tooLong(): ModelServerError {
  return invalid(`The provider sent ${maxEventCharacters} characters without an event`)
}
