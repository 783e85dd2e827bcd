// The gateway on a real port, with real Redis and a gRPC peer for core; everything is undone by `stop`.

import type { AddressInfo } from 'node:net'
import { Writable } from 'node:stream'
// For the types of inject('redisUrl').
import type {} from '@throughline/embedded/vitest-setup'
import type { FastifyInstance } from 'fastify'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { type AppOptions, buildApp } from '../app.ts'
import { type Core, connectCore } from '../core-client.ts'
import { createKeyDirectory, type KeyDirectory } from '../edge/key-directory.ts'
import { connectRedis } from '../redis.ts'
import { createTaskEvents } from '../tasks/task-events.ts'
import { type CorePeer, startCorePeer, trustedKey } from './core-peer.ts'

export interface TestGateway {
  readonly app: FastifyInstance
  readonly core: Core
  readonly keys: KeyDirectory
  readonly peer: CorePeer
  /** Of the test, to write what other services would. */
  readonly redis: Redis
  readonly origin: string
  readonly port: number
  readonly logs: Record<string, unknown>[]
  fetch(path: string, init?: TestRequest): Promise<Response>
  stop(): Promise<void>
}

export interface TestRequest extends RequestInit {
  readonly json?: unknown
  readonly key?: string | null
}

export interface TestGatewayOptions extends Pick<AppOptions, 'demo' | 'limits'> {
  readonly redisUrl: string
  readonly deadlineMs?: number
}

export async function startGateway(options: TestGatewayOptions): Promise<TestGateway> {
  const { redisUrl, demo, limits, deadlineMs } = options
  const logs: Record<string, unknown>[] = []
  const logger = pino({ level: 'debug' }, collectInto(logs))
  const peer = await startCorePeer()
  const core = connectCore(peer.address, { deadlineMs })
  const listKeys = async () => (await core.tenants.listKeys({})).keys
  const keys = createKeyDirectory({ listKeys, logger, refreshOnMissEveryMs: 0 })
  await keys.start()
  peer.calls.length = 0
  const commands = await ready(connectRedis(redisUrl, 'commands', logger))
  const blocking = await ready(connectRedis(redisUrl, 'task events', logger))
  const events = createTaskEvents({ commands, blocking, logger, blockMs: 50 })
  const redis = await ready(new Redis(redisUrl))
  const app = await buildApp({ core, keys, events, redis: commands, logger, demo, limits })
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })

  return {
    ...{ app, core, keys, peer, redis, logs, origin },
    port: (app.server.address() as AddressInfo).port,
    fetch(path, { json, key = trustedKey, headers, ...init } = {}) {
      const sent = new Headers(headers)
      if (key !== null) sent.set('authorization', `Bearer ${key}`)
      if (json === undefined) return fetch(origin + path, { ...init, headers: sent })
      if (!sent.has('content-type')) sent.set('content-type', 'application/json')
      const body = typeof json === 'string' ? json : JSON.stringify(json)
      return fetch(origin + path, { method: 'POST', ...init, headers: sent, body })
    },
    async stop() {
      await app.close()
      keys.stop()
      await events.stop()
      for (const connection of [commands, blocking, redis]) connection.disconnect()
      core.close()
      await peer.stop()
    },
  }
}

async function ready(redis: Redis): Promise<Redis> {
  if (redis.status !== 'ready') await new Promise((resolve) => redis.once('ready', resolve))
  return redis
}

function collectInto(logs: Record<string, unknown>[]): Writable {
  return new Writable({
    write(chunk, _encoding, done) {
      logs.push(JSON.parse(String(chunk)))
      done()
    },
  })
}
