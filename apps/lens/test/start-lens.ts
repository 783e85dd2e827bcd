// A whole lens on ports of its own, and a sender for it.
import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { buildLens, type Lens, type LensOptions } from '../src/app.ts'
import { loadConfig } from '../src/config.ts'

export interface RunningLens extends Lens {
  readonly pageUrl: string
  readonly otlpUrl: string
  /** `POST` of OTLP/JSON; resolves with the answer's status. */
  send(signal: 'traces' | 'logs', body: unknown): Promise<number>
}

export async function startLens(config: Partial<LensOptions['config']> = {}): Promise<RunningLens> {
  const logger = pino({ level: 'silent' })
  const lens = await buildLens({ config: { ...loadConfig({}), ...config }, logger })
  const pageUrl = await listen(lens.pageServer)
  const otlpUrl = await listen(lens.otlpServer)
  return {
    ...lens,
    pageUrl,
    otlpUrl,
    async send(signal, body) {
      const response = await fetch(`${otlpUrl}/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      await response.arrayBuffer()
      return response.status
    },
  }
}

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
