// One OTLP request over HTTP. `fetch` would be traced by what we patch, and takes no certificates.
import { once } from 'node:events'
import type { Agent, IncomingMessage } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { convertLegacyHttpOptions } from '@opentelemetry/otlp-exporter-base/node-http'
import type { Failure, Outcome, ReadAnswer, Send } from './outcome.ts'

export interface HttpSendSettings {
  /** As in `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. */
  readonly variable: string
  readonly path: string
  readonly contentType: string
  readonly mostMs: number
  readonly readAnswer: ReadAnswer
}

export interface Sender {
  readonly url: string
  readonly send: Send
}

/** OTLP: these say "later"; every other failure says "never". */
const temporaryStatuses = [429, 502, 503, 504]
const longestAnswer = 64 * 1024
const pack = promisify(gzip)
/** Imported, `node:http` would load all of `fetch` to name what it exports: a tenth of what a start costs here. */
const http = process.getBuiltinModule('node:http')
const https = process.getBuiltinModule('node:https')

/** Endpoint, headers, timeout, compression and certificates are read from the standard variables by the SDK's reader. */
export function createHttpSender(settings: HttpSendSettings): Sender {
  const options = convertLegacyHttpOptions({}, settings.variable, settings.path, {
    'Content-Type': settings.contentType,
  })
  const url = new URL(options.url)
  const request = url.protocol === 'https:' ? https.request : http.request
  const timeoutMs = Math.min(options.timeoutMillis, settings.mostMs)
  const isPacked = options.compression === 'gzip'
  let agent: Agent | undefined

  async function post(data: Uint8Array, signal: AbortSignal): Promise<IncomingMessage> {
    agent ??= await options.agentFactory(url.protocol)
    const body = isPacked ? await pack(data) : data
    const sent = request(url, {
      method: 'POST',
      agent,
      signal,
      headers: {
        ...(await options.headers()),
        ...(isPacked && { 'Content-Encoding': 'gzip' }),
        'Content-Length': body.length,
        'User-Agent': 'OTel-OTLP-Exporter-JavaScript/throughline',
      },
    })
    // A connection may fail again after it has failed; without a listener that would end the process.
    sent.on('error', () => {})
    sent.end(body)
    const [response] = (await once(sent, 'response')) as [IncomingMessage]
    return response
  }

  return {
    url: options.url,
    async send(data, abort) {
      const timeout = AbortSignal.timeout(timeoutMs)
      try {
        const response = await post(data, AbortSignal.any([abort, timeout]))
        return await judge(response, settings)
      } catch (err) {
        if (timeout.aborted) return postponed('timeout', `no answer within ${timeoutMs} ms`)
        const { code, name, message } = err as NodeJS.ErrnoException
        return postponed(code ?? name, message || String(code))
      }
    },
  }
}

async function judge(response: IncomingMessage, settings: HttpSendSettings): Promise<Outcome> {
  const { statusCode: status = 0, headers } = response
  if (status >= 200 && status < 300) return read(response, settings)
  response.destroy()
  const failure = { errorType: String(status), message: `it answered ${status}` }
  if (!temporaryStatuses.includes(status)) return { is: 'refused', ...failure }
  return { is: 'postponed', ...failure, retryAfterMs: readRetryAfter(headers['retry-after']) }
}

/** The status has said it: it is taken, whatever becomes of the rest of the answer. */
async function read(
  response: IncomingMessage,
  { contentType, readAnswer }: HttpSendSettings,
): Promise<Outcome> {
  try {
    const chunks: Buffer[] = []
    let byteCount = 0
    for await (const chunk of response as AsyncIterable<Buffer>) {
      byteCount += chunk.length
      if (byteCount > longestAnswer) throw new Error('the answer is too long')
      chunks.push(chunk)
    }
    const { 'content-type': type = contentType } = response.headers
    if (byteCount > 0 && !type.startsWith(contentType)) throw new Error(`it is ${type}`)
    return readAnswer(Buffer.concat(chunks))
  } catch (err) {
    const remark = `it answered ${response.statusCode} and nothing that can be read: ${(err as Error).message}`
    return { is: 'accepted', rejectedCount: 0, remark }
  }
}

function postponed(errorType: string, message: string): Failure {
  return { is: 'postponed', errorType, message }
}

/** Seconds, or a date. */
export function readRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined
  const seconds = Number(value)
  const ms = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000
  return Number.isFinite(ms) && ms > 0 ? ms : undefined
}
