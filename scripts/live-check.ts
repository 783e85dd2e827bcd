// `npm run live-check`: a stream of OTLP, or captured files, held against the registry of telemetry.
// Exits with 1 when something is found or nothing came, and with 2 when the input cannot be read.
import { appendFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { loadRegistry } from '@throughline/registry'
import {
  CaptureError,
  createLiveCheck,
  describeCount,
  describeFindings,
  describeMissing,
  describeSeen,
  ListenError,
  type LiveCheck,
  openCapture,
  readCapture,
  receiveGrpc,
  receiveHttp,
} from '@throughline/registry/check'
import type { Otlp, OtlpServer } from '@throughline/trace-testing/receiver'
import { explain } from './explain.ts'
import { type LiveCheckOptions, readLiveCheckOptions } from './live-check-options.ts'
import { stopSignals } from './stop-signals.ts'

try {
  process.exitCode = await run(readLiveCheckOptions(process.argv.slice(2)))
} catch (err) {
  const isSentence = err instanceof CaptureError || err instanceof ListenError
  console.error(isSentence ? err.message : explain(err))
  process.exitCode = 2
}

async function run(options: LiveCheckOptions): Promise<number> {
  const check = createLiveCheck(loadRegistry())
  const take = (otlp: Otlp) => {
    check.take(otlp)
    if (options.save) appendFileSync(options.save, `${JSON.stringify(otlp)}\n`)
  }
  const problems = await readFiles(options.files, take)
  if (options.http !== undefined || options.grpc !== undefined) await listen(options, take)
  const found = report(check, options)
  for (const { message } of problems) console.error(message)
  return problems.length > 0 ? 2 : Number(found)
}

async function readFiles(
  files: readonly string[],
  take: (otlp: Otlp) => void,
): Promise<CaptureError[]> {
  const problems: CaptureError[] = []
  for (const file of files) {
    const input = file === '-' ? process.stdin : await openCapture(file)
    problems.push(...(await readCapture(file === '-' ? 'standard input' : file, input, take)))
  }
  return problems
}

async function listen(
  { http, grpc, host, forMs }: LiveCheckOptions,
  take: (otlp: Otlp) => void,
): Promise<void> {
  const signals = stopSignals()
  await using servers = new AsyncDisposableStack()
  const urls: string[] = []
  const add = (server: OtlpServer) => {
    servers.adopt(server, ({ stop }) => stop())
    urls.push(server.url)
  }
  if (http !== undefined) add(await receiveHttp(take, { host, port: http }))
  if (grpc !== undefined) add(await receiveGrpc(take, { host, port: grpc }))

  const end = forMs === undefined ? 'Ctrl-C ends it' : `for ${forMs / 1000} s, or until Ctrl-C`
  console.error(`Listening on ${urls.join(' and ')}; ${end}.`)
  const time = forMs === undefined ? [] : [delay(forMs, undefined, { signal: signals.asked })]
  await Promise.race([signals.stop, ...time]).catch(() => undefined)
}

/** Whether there is something that should not be. */
function report(check: LiveCheck, { complete }: LiveCheckOptions): boolean {
  const { list, omitted } = check.findings()
  const missing = complete ? check.missing() : []
  const { seen } = check
  const isEmpty = seen.spans + seen.metrics + seen.logs === 0
  if (list.length > 0) console.log(`\n${describeFindings(list, omitted)}`)
  if (missing.length > 0) console.log(`\n${describeMissing(missing)}`)
  console.log(
    isEmpty
      ? '\nNothing came, and so nothing was checked.'
      : `\n${describeCount(list.length, 'finding')}${complete ? `, ${missing.length} missing` : ''} in ${describeSeen(seen)}.`,
  )
  return isEmpty || list.length > 0 || missing.length > 0
}
