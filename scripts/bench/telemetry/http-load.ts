// Requests over kept connections, at a fixed rate or as many as are answered.
import { Agent, request } from 'node:http'
import type { Load } from './control.ts'
import { pace } from './pace.ts'

export interface Target {
  readonly port: number
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const timeoutMs = 10_000
const connections = 64

export interface HttpLoad extends Disposable {
  /** Each request's time in ms, whenever the one before it was answered. */
  atRate(load: Load): Promise<number[]>
  /** So many callers, each of which asks again as soon as it is answered. */
  saturate(callers: number, seconds: number): Promise<number[]>
}

export function createHttpLoad(target: Target, signal: AbortSignal): HttpLoad {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const send = () => timed(target, agent)
  return {
    async atRate(load) {
      const answers: Promise<number>[] = []
      await pace(load, () => answers.push(quiet(send())), signal)
      return Promise.all(answers)
    },
    async saturate(callers, seconds) {
      const until = performance.now() + seconds * 1_000
      const times: number[] = []
      const call = async () => {
        while (performance.now() < until && !signal.aborted) times.push(await send())
      }
      await Promise.all(Array.from({ length: callers }, call))
      signal.throwIfAborted()
      return times
    },
    [Symbol.dispose]: () => agent.destroy(),
  }
}

/** It is awaited later, and until then its failure is nobody's. */
function quiet<Result>(promise: Promise<Result>): Promise<Result> {
  promise.catch(() => undefined)
  return promise
}

function timed({ port, path, method, headers, body }: Target, agent: Agent): Promise<number> {
  const startedAt = performance.now()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  const options = { host: '127.0.0.1', port, path, method, headers, agent, timeout: timeoutMs }
  const asking = request(options, (response) => {
    response.resume()
    response.on('error', reject)
    response.on('end', () => {
      if (response.statusCode === 200) resolve(performance.now() - startedAt)
      else reject(new Error(`${path} answered ${response.statusCode}`))
    })
  })
  asking.on('timeout', () => asking.destroy(new Error(`${path} did not answer in ${timeoutMs} ms`)))
  asking.on('error', reject)
  asking.end(body)
  return promise
}
