// Lens without its ports: a store, and the two HTTP servers around it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from 'pino'
import { allowLocalOrigin, answerPreflight, isAllowedHost, isSameOrigin } from './access.ts'
import { Problem, send, sendJson, sendProblem, setSafetyHeaders } from './api/answers.ts'
import { createApi } from './api/api.ts'
import { Completion } from './api/completion.ts'
import { LiveEvents } from './api/live-events.ts'
import type { LensConfig } from './config.ts'
import { loadPageFiles, type PageFile } from './page-files.ts'
import { createReceiver, type Receive } from './receiver/receiver.ts'
import { TraceStore } from './store/trace-store.ts'

export interface Lens {
  readonly store: TraceStore
  /** The page, its API, and OTLP too. */
  readonly pageServer: Server
  /** OTLP only, on the port that every SDK knows. */
  readonly otlpServer: Server
  /** Ends live streams, waits for the requests in work. */
  close(): Promise<void>
}

export interface LensOptions {
  readonly config: Omit<LensConfig, 'host' | 'port' | 'otlpPort' | 'logLevel'>
  readonly logger: Logger
}

const maxConcurrentBodies = 32
const maxWaiters = 256

export async function buildLens({ config, logger }: LensOptions): Promise<Lens> {
  const store = new TraceStore(config)
  const completion = new Completion(store, { quietMs: config.quietMs, maxWaiters })
  const liveEvents = new LiveEvents(store)
  const files = await loadPageFiles()
  const api = createApi({ store, completion, liveEvents })
  const receive = createReceiver({
    sink: store,
    maxBodyBytes: config.maxBodyBytes,
    maxConcurrent: maxConcurrentBodies,
    onError: (err) => logger.error({ err }, 'could not take in a request'),
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = parseUrl(request)
    if (!isAllowedHost(request.headers.host, config.allowedHosts)) {
      throw new Problem(403, 'lens answers only to names of this machine: see LENS_ALLOWED_HOSTS')
    }
    if (url.pathname.startsWith('/v1/')) return takeIn(receive, request, response, url)
    setSafetyHeaders(response)
    if (!isSameOrigin(request)) throw new Problem(403, 'another origin may not read lens')
    if (url.pathname.startsWith('/api/')) return api(request, response, url)
    if (url.pathname === '/healthz' || url.pathname === '/readyz') {
      return sendJson(response, { status: 'ok' })
    }
    sendFile(request, response, fileFor(files, url.pathname))
  }

  async function answerOtlp(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isAllowedHost(request.headers.host, config.allowedHosts)) {
      throw new Problem(403, 'lens answers only to names of this machine: see LENS_ALLOWED_HOSTS')
    }
    takeIn(receive, request, response, parseUrl(request))
  }

  const serve = (handler: typeof answer) =>
    createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, (request, response) => {
      handler(request, response).catch((err: unknown) => {
        const problem = err instanceof Problem ? err : new Problem(500, 'internal error')
        if (problem !== err) logger.error({ err }, 'could not answer a request')
        if (response.headersSent) response.destroy()
        else sendProblem(response, problem)
      })
    })
  const pageServer = serve(answer)
  const otlpServer = serve(answerOtlp)

  async function close(): Promise<void> {
    liveEvents.close()
    await Promise.all([closeServer(pageServer), closeServer(otlpServer)])
  }
  return { store, pageServer, otlpServer, close }
}

function takeIn(
  receive: Receive,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): void {
  if (!allowLocalOrigin(request, response)) {
    throw new Problem(403, 'only pages of this machine may send')
  }
  if (request.method === 'OPTIONS') answerPreflight(response)
  else receive(request, response, url.pathname)
}

function parseUrl(request: IncomingMessage): URL {
  const url = URL.parse(request.url ?? '/', 'http://lens.invalid')
  if (!url) throw new Problem(400, 'the path is not a valid one')
  return url
}

const tracePage = /^\/traces\/[0-9a-fA-F]{32}$/

function fileFor(files: ReadonlyMap<string, PageFile>, path: string): PageFile {
  const isPage = path === '/' || tracePage.test(path)
  const file = files.get(isPage ? '/page/index.html' : path)
  if (!file) throw new Problem(404, 'no such page')
  return file
}

function sendFile(request: IncomingMessage, response: ServerResponse, file: PageFile): void {
  if (request.method !== 'GET' && request.method !== 'HEAD') throw new Problem(405, 'only GET')
  response.setHeader('cache-control', 'no-cache')
  response.setHeader('etag', file.etag)
  if (request.headers['if-none-match'] === file.etag) response.writeHead(304).end()
  else send(response, 200, file.type, file.body)
}

/** Longer than any answer but that to `?wait=complete`, whose asker learns that lens has gone. */
const drainMs = 1_000

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const timer = setTimeout(() => server.closeAllConnections(), drainMs)
  await new Promise<void>((resolve, reject) => {
    server.close((err) => (err ? reject(err) : resolve()))
    server.closeIdleConnections()
  })
  clearTimeout(timer)
}
