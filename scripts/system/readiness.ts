// Asks a service whether it is ready, the way an orchestrator of containers would.
import { connect } from 'node:http2'

export type Probe = () => Promise<boolean>

const probeTimeoutMs = 1_000
/** A HealthCheckRequest for the whole server: uncompressed, no bytes. */
const checkRequest = Buffer.alloc(5)
/** A HealthCheckResponse that says SERVING. */
const serving = Buffer.from([0, 0, 0, 0, 2, 8, 1])

export function httpProbe(url: string): Probe {
  return async () => {
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(probeTimeoutMs) })
      await response.body?.cancel()
      return response.ok
    } catch {
      return false
    }
  }
}

/** The standard gRPC health service, which is one request of HTTP/2. */
export function grpcProbe(address: string): Probe {
  return () => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const session = connect(`http://${address}`)
    session.setTimeout(probeTimeoutMs, () => resolve(false))
    session.on('error', () => resolve(false))
    const request = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    })
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => resolve(false))
    request.on('end', () => resolve(Buffer.concat(chunks).equals(serving)))
    request.end(checkRequest)
    return promise.finally(() => session.destroy())
  }
}
