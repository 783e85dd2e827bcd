// The queries of pg: a span and a duration for each below a parent, and none of the values that stand in its text.
import type { Attributes, HrTime, Span } from '@opentelemetry/api'
import type { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation'
import { PgInstrumentation, type PgRequestHookInformation } from '@opentelemetry/instrumentation-pg'
import { ATTR_DB_OPERATION_NAME, ATTR_DB_QUERY_TEXT } from '@opentelemetry/semantic-conventions'
import { operationOf, withoutValues } from './sql-without-values.ts'

interface Internals {
  recordOperationDuration(attributes: Attributes, startedAt: HrTime): void
}

export class PgQueries extends PgInstrumentation {
  constructor() {
    super({ requireParentSpan: true, ignoreConnectSpans: true, requestHook: tellWithoutValues })
    const internals = this as unknown as Internals
    const record = internals.recordOperationDuration
    internals.recordOperationDuration = (attributes, startedAt) => {
      const name = operationOf(String(attributes[ATTR_DB_OPERATION_NAME] ?? ''))
      record.call(this, { ...attributes, [ATTR_DB_OPERATION_NAME]: name }, startedAt)
    }
  }

  /** Without its pools: `postgres-pools.ts`. */
  protected override init(): InstrumentationNodeModuleDefinition[] {
    return super.init().filter(({ name }) => name === 'pg')
  }
}

/** To the instrumentation, what comes before the first space is the operation, values and all. */
function tellWithoutValues(span: Span, { query, connection }: PgRequestHookInformation): void {
  if (!span.isRecording()) return
  span.setAttribute(ATTR_DB_QUERY_TEXT, withoutValues(query.text))
  if (query.name) return
  const parts = [operationOf(query.text), connection.database].filter(Boolean)
  span.updateName(`pg.query:${parts.join(' ')}`)
}
