// An OTLP receiver that takes everything and keeps nothing but counts, one for each first part of a path.
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { countRecords } from './count-records.ts'

export interface Counts {
  spans: number
  logs: number
  bytes: number
}

const counts: Record<string, Counts> = {}

const server = createServer(async (request, response) => {
  await take(request)
  response.setHeader('content-type', 'application/x-protobuf').end()
})
server.listen(0, '127.0.0.1', () =>
  process.send?.({ port: (server.address() as AddressInfo).port }),
)
process.on('message', () => process.send?.({ counts }))
process.on('disconnect', () => process.exit())

async function take(request: IncomingMessage): Promise<void> {
  const body = await buffer(request)
  const [, sender = '', , signal] = (request.url ?? '').split('/')
  counts[sender] ??= { spans: 0, logs: 0, bytes: 0 }
  const mine = counts[sender]
  mine.bytes += body.length
  if (signal === 'traces') mine.spans += countRecords(body)
  if (signal === 'logs') mine.logs += countRecords(body)
}
