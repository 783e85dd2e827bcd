// Where the next page begins: after this row of this search. Opaque to callers, so that it can change.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { DomainError } from '../errors.ts'

/** Best rank first, then by id: together they order all rows without ties. */
export interface PagePosition {
  readonly rank: number
  readonly id: string
}

const contentSchema = z.tuple([z.string(), z.number().min(0).max(1), z.string().min(1).max(40)])

/** `search` is whatever the token must not be taken to another of: the query and its filters. */
export function encodePageToken(search: readonly unknown[], { rank, id }: PagePosition): string {
  return Buffer.from(JSON.stringify([fingerprint(search), rank, id])).toString('base64url')
}

export function decodePageToken(search: readonly unknown[], token: string): PagePosition {
  const content = contentSchema.safeParse(parseJson(Buffer.from(token, 'base64url').toString()))
  if (!content.success) throw new DomainError('invalid_argument', 'page_token: is not a page token')
  const [origin, rank, id] = content.data
  if (origin !== fingerprint(search)) {
    throw new DomainError('invalid_argument', 'page_token: belongs to another search')
  }
  return { rank, id }
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
