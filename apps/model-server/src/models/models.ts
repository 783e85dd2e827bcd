// The catalogue of local models. The first is the default and is loaded at the start, others at the first request for
// them; whoever asks meanwhile shares that load.
import { EnvironmentError } from '@throughline/process'
import { spans, withSpan } from '@throughline/telemetry'
import type { Engine } from '../engine/engine.ts'
import { createTurns } from '../engine/in-turn.ts'
import { ModelServerError } from '../errors.ts'
import { createConcurrencyLimit } from '../scheduling/concurrency-limit.ts'
import { untilAborted } from '../until-aborted.ts'
import { availableMemory } from './available-memory.ts'
import { type LoadOptions, loadModel, type ModelSource, type ServedModel } from './served-model.ts'
import { shareLoad } from './share-load.ts'

export interface ModelSummary {
  readonly name: string
  /** Unix seconds. */
  readonly createdAt: number
  readonly loaded: boolean
}

export interface Models {
  readonly names: readonly string[]
  /** Of all models together, in slots and waiting for them: more are refused. */
  readonly maxRequests: number
  readonly list: () => readonly ModelSummary[]
  /**
   * Fails with `model_not_found`, with `model_unavailable` when the model cannot be loaded, and with `queue_full` when as
   * many wait for that as would find a place once it is loaded.
   */
  readonly get: (name: string, signal: AbortSignal) => Promise<ServedModel>
  /** Those that are loaded; the default one, if there is any, is the first. */
  readonly loaded: () => readonly ServedModel[]
  readonly close: () => Promise<void>
}

/** How long a model that could not be loaded is left alone. */
const retryPauseMs = 10_000

/** Rejects when a model that is wanted from the start cannot be loaded. */
export async function startModels(
  sources: readonly ModelSource[],
  options: Omit<LoadOptions, 'availableBytes' | 'inTurn' | 'onEngine'>,
): Promise<Models> {
  const createdAt = Math.floor(Date.now() / 1_000)
  const closing = new AbortController()
  // One after the other: two that are loaded at once would both count on the same memory.
  const { inTurn, over } = createTurns()
  /** Also those whose models are not in the catalogue yet. */
  const engines: Engine[] = []
  const onEngine = (engine: Engine) => void engines.push(engine)
  const load = (source: ModelSource): Promise<ServedModel> =>
    loadNamed(source, { ...options, availableBytes, inTurn, onEngine }, closing.signal)
  const placesOf = ({ slots }: ModelSource) => slots + options.maxWaiting
  const catalogue = new Map(
    sources.map((source) => {
      const wait = createConcurrencyLimit(
        placesOf(source),
        (waiting) =>
          `${waiting} requests are waiting already for the model to be loaded; try again`,
      )
      return [source.name, { ...shareLoad(() => load(source), retryPauseMs), wait }]
    }),
  )
  const loaded = () => [...catalogue.values()].flatMap((entry) => entry.loaded() ?? [])
  const availableBytes = () => {
    const taken = engines.map(({ stats }) => stats()?.rssBytes ?? 0)
    return availableMemory(taken.reduce((sum, bytes) => sum + bytes, process.memoryUsage.rss()))
  }
  const close = async () => {
    closing.abort(new ModelServerError('stopping', 'The server is stopping; try again'))
    // Those that are there first: one that is being started again would hold up the rest. Then what had just been loaded.
    await closeEngines()
    await over()
    await closeEngines()
  }
  const closeEngines = () => Promise.all(engines.map(({ close }) => close()))

  try {
    for (const { name, preload } of sources) if (preload) await catalogue.get(name)?.get()
  } catch (err) {
    await close()
    throw err instanceof ModelServerError ? new EnvironmentError(err.message, { cause: err }) : err
  }
  return {
    names: sources.map(({ name }) => name),
    maxRequests: sources.reduce((sum, source) => sum + placesOf(source), 0),
    list: () =>
      [...catalogue].map(([name, entry]) => ({
        ...{ name, createdAt },
        loaded: entry.loaded() !== undefined,
      })),
    get: async (name, signal) => {
      signal.throwIfAborted()
      const entry = catalogue.get(name)
      if (entry === undefined) throw notFound(name)
      const waited = () => untilAborted(entry.get(), signal)
      return entry.loaded() ?? entry.wait(() => withSpan(spans.loadModel, {}, waited))
    },
    loaded,
    close,
  }
}

export function notFound(name: string): ModelServerError {
  return new ModelServerError('model_not_found', `There is no model '${name}' here`, {
    param: 'model',
  })
}

async function loadNamed(
  source: ModelSource,
  options: LoadOptions,
  signal: AbortSignal,
): Promise<ServedModel> {
  try {
    signal.throwIfAborted()
    return await loadModel(source, options, signal)
  } catch (err) {
    if (signal.aborted) throw signal.reason
    const reason = err instanceof Error ? err.message : String(err)
    const message = `The model '${source.name}' cannot be loaded: ${reason}`
    throw new ModelServerError('model_unavailable', message, { param: 'model', cause: err })
  }
}
