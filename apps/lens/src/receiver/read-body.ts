// The body of one request, unpacked, never more than `limitBytes` of it in memory.
import type { IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { DecodeError } from './decode-error.ts'
import { Refusal } from './refusal.ts'

const unpack = promisify(gunzip)

export async function readBody(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity' && encoding !== 'gzip') {
    throw new Refusal(415, 'only gzip and identity are understood as content-encoding')
  }
  const body = await collect(request, limitBytes)
  return encoding === 'gzip' ? unpackGzip(body, limitBytes) : body
}

async function collect(request: IncomingMessage, limitBytes: number): Promise<Buffer> {
  const tooLarge = new Refusal(413, `the body is larger than ${limitBytes} bytes`)
  if (Number(request.headers['content-length'] ?? 0) > limitBytes) throw tooLarge
  const chunks: Buffer[] = []
  let byteCount = 0
  // Leaving the loop early must not destroy the socket: the refusal still has to be written to it.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    byteCount += chunk.length
    if (byteCount > limitBytes) throw tooLarge
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, byteCount)
}

async function unpackGzip(body: Buffer, limitBytes: number): Promise<Buffer> {
  try {
    return await unpack(body, { maxOutputLength: limitBytes })
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new Refusal(413, `the body unpacks to more than ${limitBytes} bytes`, { cause })
    }
    throw new DecodeError('the body is not gzip', { cause })
  }
}
