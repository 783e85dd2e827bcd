// Where the next page begins: after this row of this search. Opaque to callers, so that it can change.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { DomainError } from './errors.ts'

/** `search` is whatever the token must not be taken to another of: what was asked for and its filters. */
export function encodePageToken(search: readonly unknown[], position: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([fingerprint(search), position])).toString('base64url')
}

/** `positionSchema` is what tells one row from all others in the order of the pages. */
export function decodePageToken<Position>(
  search: readonly unknown[],
  positionSchema: z.ZodType<Position>,
  token: string,
): Position {
  const content = z
    .tuple([z.string(), positionSchema])
    .safeParse(parseJson(Buffer.from(token, 'base64url').toString()))
  if (!content.success) throw new DomainError('invalid_argument', 'page_token: is not a page token')
  const [origin, position] = content.data
  if (origin !== fingerprint(search)) {
    throw new DomainError('invalid_argument', 'page_token: belongs to another search')
  }
  return position
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    // Not JSON is one more way not to be a token.
    return undefined
  }
}

function fingerprint(search: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(search)).digest('base64url').slice(0, 8)
}
