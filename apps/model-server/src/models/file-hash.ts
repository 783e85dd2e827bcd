// Which file it is, by what is in it.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** A file of gigabytes takes seconds, and two ask for it at the start: telemetry for the resource, and the catalogue. */
const known = new Map<string, Promise<string>>()

/** SHA-256, in hex. Read once for as long as the file stays as it is. */
export async function fileHash(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  const version = `${path} ${size} ${mtimeMs}`
  const hash = known.get(version) ?? read(path)
  known.set(version, hash)
  // What could not be read now may be readable the next time.
  hash.catch(() => known.delete(version))
  return hash
}

/** Enough to tell files apart, and short enough to read. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12)
}

async function read(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
