// What is asked of a local model, from the request to its end: on the request's span and in the metrics, also when the
// model cannot be loaded for it or the caller leaves meanwhile.
import type { Attributes } from '@opentelemetry/api'
import { errorTypeOf } from '../errors.ts'
import type { Answerer, Metrics } from '../metrics.ts'
import { describeAnswerer, describeModel } from './describe-model.ts'
import { type Models, notFound } from './models.ts'
import type { ServedModel } from './served-model.ts'

export interface Question {
  readonly model: string
  readonly operation: Answerer['operation']
  /** When the request came, by `performance.now()`. */
  readonly startedAt: number
  readonly signal: AbortSignal
  /** The form in which an answer is wanted. */
  readonly attributes?: Attributes
}

export function answererOf(model: string, operation: Answerer['operation']): Answerer {
  return { operation, provider: 'throughline', model }
}

export async function askModel<Result>(
  { model: name, operation, startedAt, signal, attributes }: Question,
  { models, metrics }: { readonly models: Models; readonly metrics: Metrics },
  ask: (model: ServedModel) => Promise<Result>,
): Promise<Result> {
  // One that is not ours may be anything, and stays out of all telemetry.
  if (!models.names.includes(name)) throw notFound(name)
  const answerer = answererOf(name, operation)
  describeAnswerer(answerer, attributes)
  let errorType: string | undefined
  try {
    const model = await models.get(name, signal)
    describeModel(model)
    return await ask(model)
  } catch (err) {
    errorType = errorTypeOf(err)
    throw err
  } finally {
    metrics.requestFinished({
      ...answerer,
      seconds: (performance.now() - startedAt) / 1_000,
      ...(errorType !== undefined && { errorType }),
    })
  }
}
