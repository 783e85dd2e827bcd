import { once } from 'node:events'
import { createServer } from 'node:net'
import { EmbeddedError } from './errors.ts'

const host = '127.0.0.1'
const lowest = 20_000
const highest = 32_767
const attempts = 50

export async function portIsFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    server.listen({ port, host, exclusive: true })
    await once(server, 'listening')
    return true
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException
    if (code === 'EADDRINUSE') return false
    throw new EmbeddedError(`Port ${port} on ${host} cannot be opened (${code}); choose another.`)
  } finally {
    server.close()
  }
}

/** Below the range from which outgoing connections get theirs, so that none takes it before the server does. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (await portIsFree(port)) return port
  }
  throw new EmbeddedError(`No free port was found between ${lowest} and ${highest}.`)
}

/** A port of zero asks for any; a port that is asked for by number must be free. */
export async function claimPort(server: string, port = 0): Promise<number> {
  if (port === 0) return freePort()
  if (await portIsFree(port)) return port
  throw new EmbeddedError(
    `Port ${port} on ${host} is in use, so ${server} cannot start there; choose another port.`,
  )
}
