// What an attempt used, on its way into the sums of the attempt, its task and its tenant's day.
import type { Usage } from '@throughline/contracts'
import { z } from 'zod'
import { Prisma } from '../database.ts'

const maxCount = 1_000_000_000
/** A million dollars: sums of such reports stay whole numbers in JavaScript. */
const maxNanoUsd = 1e15

const amount = (max: number) => z.int().min(0, 'must not be negative').max(max, 'is too large')

const unused = { inputTokens: 0, outputTokens: 0, costNanoUsd: 0, unpricedCalls: 0 }

export const usageSchema = z
  .object({
    inputTokens: amount(maxCount),
    outputTokens: amount(maxCount),
    costNanoUsd: amount(maxNanoUsd),
    unpricedCalls: amount(maxCount),
  })
  .default(unused)

/** A CTE of one row. */
export function used({ inputTokens, outputTokens, costNanoUsd, unpricedCalls }: Usage) {
  return Prisma.sql`used (input_tokens, output_tokens, cost_nano_usd, unpriced_calls) AS (
      VALUES (${inputTokens}::bigint, ${outputTokens}::bigint, ${costNanoUsd}::bigint,
        ${unpricedCalls}::bigint)
    )`
}

/** For a SET of `tasks`, FROM `used`. */
export const addUsed = Prisma.sql`
  input_tokens = tasks.input_tokens + used.input_tokens,
  output_tokens = tasks.output_tokens + used.output_tokens,
  cost_nano_usd = tasks.cost_nano_usd + used.cost_nano_usd,
  unpriced_calls = tasks.unpriced_calls + used.unpriced_calls`

export const utcToday = Prisma.sql`(now() AT TIME ZONE 'UTC')::date`

/** A CTE that depends on `task` and `used`. Most days are one row that many tasks share: no row is touched for nothing. */
export const addToTenantDay = Prisma.sql`spent AS (
      INSERT INTO tenant_days AS days
        (tenant_id, day, input_tokens, output_tokens, cost_nano_usd, unpriced_calls)
      SELECT tenant_id, ${utcToday}, used.* FROM task, used
      WHERE used.input_tokens + used.output_tokens + used.cost_nano_usd + used.unpriced_calls > 0
      ON CONFLICT (tenant_id, day) DO UPDATE SET
        input_tokens = days.input_tokens + excluded.input_tokens,
        output_tokens = days.output_tokens + excluded.output_tokens,
        cost_nano_usd = days.cost_nano_usd + excluded.cost_nano_usd,
        unpriced_calls = days.unpriced_calls + excluded.unpriced_calls
    )`

interface UsageColumns {
  readonly inputTokens: bigint
  readonly outputTokens: bigint
  readonly costNanoUsd: bigint
  readonly unpricedCalls: bigint
}

export function toUsageMessage(row: UsageColumns): Usage {
  return {
    inputTokens: toInt32(row.inputTokens),
    outputTokens: toInt32(row.outputTokens),
    costNanoUsd: Number(row.costNanoUsd),
    unpricedCalls: toInt32(row.unpricedCalls),
  }
}

/** The sums of a task that was retried for ever could outgrow the contract's numbers. */
function toInt32(value: bigint): number {
  return Math.min(Number(value), 2 ** 31 - 1)
}
