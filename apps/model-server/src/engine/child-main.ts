// The engine's process: answers its parent's calls, and dies with it.
import { ModelServerError } from '../errors.ts'
import { createHeartbeat } from './heartbeat.ts'
import { cancelled, type LoadedModel, loadModel } from './inference.ts'
import { createOutbox, tell } from './outbox.ts'
import type {
  CallerFault,
  CallName,
  EngineStats,
  FromEngine,
  Params,
  Progress,
  Result,
  ToEngine,
} from './protocol.ts'

// A killed parent closes the channel; nothing else would end this process.
process.on('disconnect', () => process.exit(0))
// Ctrl-C reaches the whole process group, but the parent still has requests to finish: it ends the engine itself.
process.on('SIGINT', () => {})
process.on('SIGTERM', () => {})

const running = new Map<number, AbortController>()
const outbox = createOutbox<FromEngine>((messages) => {
  // The callback swallows a channel that closed meanwhile: `disconnect` ends the process.
  process.send?.(messages, undefined, undefined, () => {})
})
let model: LoadedModel | undefined
const heartbeat = createHeartbeat(() => {
  if (model !== undefined) outbox.send({ stats: statsOf(model) })
})

process.on('message', (message: ToEngine) => {
  if (message.call === 'cancel') running.get(message.id)?.abort(cancelled)
  else void run(message)
})

async function run({ id, call, params }: Exclude<ToEngine, { call: 'cancel' }>): Promise<void> {
  const controller = new AbortController()
  running.set(id, controller)
  heartbeat.begin()
  try {
    const onProgress = (progress: Progress) => tell(outbox, id, progress)
    outbox.send({ id, result: await resultOf(call, params, controller.signal, onProgress) })
  } catch (err) {
    outbox.send({ id, ...failureOf(err) })
  } finally {
    running.delete(id)
    heartbeat.end()
  }
}

function failureOf(err: unknown): { failure: string; fault?: CallerFault } {
  if (!(err instanceof Error)) return { failure: String(err) }
  const { message: failure } = err
  return err instanceof ModelServerError
    ? { failure, fault: { code: err.code, param: err.param } }
    : { failure }
}

async function resultOf(
  call: CallName,
  params: Params<CallName>,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Result<CallName>> {
  if (call === 'load') {
    model = await loadModel(
      params as Params<'load'>,
      (line) => outbox.send({ log: line }),
      outbox.evaluationBegins,
    )
    outbox.send({ stats: statsOf(model) })
    return model.facts
  }
  if (model === undefined) throw new Error('No model is loaded')
  switch (call) {
    case 'tokenize':
      return model.tokenize(params as Params<'tokenize'>)
    case 'answer':
      return model.answer(params as Params<'answer'>, signal, onProgress)
    case 'embed':
      return model.embed(params as Params<'embed'>)
  }
}

function statsOf({ kvCellsUsed, kvCells }: LoadedModel): EngineStats {
  return { rssBytes: process.memoryUsage.rss(), kvCellsUsed: kvCellsUsed(), kvCells }
}
