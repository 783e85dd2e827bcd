// `node dist/health-check.js [port]`: whether the core beside it is SERVING, as an exit code. The gRPC health service is
// one request of HTTP/2; loading a gRPC client every few seconds would cost more than the question.
import { connect } from 'node:http2'

const timeoutMs = 2_000
/** A HealthCheckRequest for the whole server: uncompressed, no bytes. */
const request = Buffer.alloc(5)
/** A HealthCheckResponse that says SERVING. */
const serving = Buffer.from([0, 0, 0, 0, 2, 8, 1])

process.exitCode = 1
const session = connect(`http://127.0.0.1:${process.argv[2] ?? 50_051}`)
session.setTimeout(timeoutMs, () => session.destroy())
session.on('error', () => session.destroy())
const stream = session.request({
  ':method': 'POST',
  ':path': '/grpc.health.v1.Health/Check',
  'content-type': 'application/grpc',
  te: 'trailers',
})
const chunks: Buffer[] = []
stream.on('data', (chunk: Buffer) => chunks.push(chunk))
stream.on('error', () => session.destroy())
stream.on('end', () => {
  if (Buffer.concat(chunks).equals(serving)) process.exitCode = 0
  session.destroy()
})
stream.end(request)
