// Reads what a stream of completion chunks said, from the bytes of its HTTP answer.

interface Chunk {
  readonly choices?: readonly { readonly delta?: { readonly content?: string } }[]
  readonly usage?: { readonly completion_tokens: number } | null
  readonly error?: { readonly message: string }
}

export interface ReadAnswer {
  readonly text: string
  /** Where the server counts them. */
  readonly tokens?: number
}

/** Of an answer as it was received, a character a byte. */
export function readAnswer(received: string): ReadAnswer {
  const body = Buffer.from(withoutChunks(received), 'latin1').toString()
  const chunks = body
    .split(/\r?\n/)
    .filter((line) => line.startsWith('data: {'))
    .map((line): Chunk => JSON.parse(line.slice('data: '.length)))
  const failure = chunks.find(({ error }) => error)?.error
  if (failure) throw new Error(`the stream ended in an error: ${failure.message}`)
  const text = chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? '').join('')
  const tokens = chunks.findLast(({ usage }) => usage)?.usage?.completion_tokens
  return { text, ...(tokens !== undefined && { tokens }) }
}

/** RFC 9112, 7.1: a size in hexadecimal digits, so many bytes, and again, until a size of nought. */
function withoutChunks(received: string): string {
  let at = received.indexOf('\r\n\r\n') + 4
  let body = ''
  while (at < received.length) {
    const sizeEnd = received.indexOf('\r\n', at)
    const size = Number.parseInt(received.slice(at, sizeEnd), 16)
    if (!(size > 0)) return body
    body += received.slice(sizeEnd + 2, sizeEnd + 2 + size)
    at = sizeEnd + 2 + size + 2
  }
  throw new Error('the answer ends in the middle of a chunk')
}
