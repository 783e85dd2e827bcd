import { createHash } from 'node:crypto'

/** What is stored and sent instead of a key. Keys are long and random, so a fast hash gives nothing away. */
export function keyHash(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
