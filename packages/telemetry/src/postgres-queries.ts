// The queries of pg: a span and a duration for each below a parent, and none of the values that stand in its text.
import {
  type Attributes,
  type Histogram,
  type HrTime,
  ROOT_CONTEXT,
  type Span,
} from '@opentelemetry/api'
import { hrTime, hrTimeDuration, hrTimeToMilliseconds } from '@opentelemetry/core'
import type { InstrumentationNodeModuleDefinition } from '@opentelemetry/instrumentation'
import { PgInstrumentation, type PgRequestHookInformation } from '@opentelemetry/instrumentation-pg'
import {
  ATTR_DB_NAMESPACE,
  ATTR_DB_OPERATION_NAME,
  ATTR_DB_QUERY_TEXT,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
} from '@opentelemetry/semantic-conventions'
import { createSeriesOf } from './histograms/series-of.ts'
import { operationOf, withoutValues } from './sql-without-values.ts'

interface Internals {
  readonly _operationDuration: Histogram
  recordOperationDuration(attributes: Attributes, startedAt: HrTime): void
}

export class PgQueries extends PgInstrumentation {
  constructor() {
    super({ requireParentSpan: true, ignoreConnectSpans: true, requestHook: tellWithoutValues })
    const internals = this as unknown as Internals
    internals.recordOperationDuration = (attributes, startedAt) => {
      const seconds = hrTimeToMilliseconds(hrTimeDuration(startedAt, hrTime())) / 1_000
      // Given a context, nothing has to look for the active one.
      internals._operationDuration.record(seconds, seriesOf(attributes), ROOT_CONTEXT)
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

const seriesOf = createSeriesOf(
  [
    ATTR_DB_SYSTEM_NAME,
    ATTR_DB_NAMESPACE,
    ATTR_SERVER_ADDRESS,
    ATTR_SERVER_PORT,
    ATTR_DB_OPERATION_NAME,
    ATTR_ERROR_TYPE,
  ],
  (series) => ({
    ...series,
    [ATTR_DB_OPERATION_NAME]: operationOf(String(series[ATTR_DB_OPERATION_NAME] ?? '')),
  }),
)
