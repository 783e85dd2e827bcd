// An attempt as `runWorkflow` knows it, in a task that nobody watches.
import { randomUUID } from 'node:crypto'
import { trace } from '@opentelemetry/api'
import { StartTaskResponse } from '@throughline/contracts'
import { pino } from 'pino'
import { openSpending } from '../cost/spending.ts'
import type { Attempt } from '../tasks/attempt.ts'

export function makeAttempt(
  known: Partial<Omit<Attempt, 'started'>> & { readonly started?: Partial<StartTaskResponse> } = {},
): Attempt {
  const { attempt = 1, started } = known
  const startedBefore = { attempt, firstUnreportedAttempt: 1, ...started }
  return {
    ...{ taskId: randomUUID(), taskType: 'noop', startedAt: 0, attempt },
    span: trace.getTracer('nobody').startSpan('run task'),
    events: { publish() {} },
    spending: openSpending({ tenantId: 'demo', prices: new Map(), budgetNanoUsd: undefined }),
    signal: new AbortController().signal,
    logger: pino({ level: 'silent' }),
    ...known,
    started: StartTaskResponse.fromPartial(startedBefore),
  }
}
