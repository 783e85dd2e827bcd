// From the commit of a task to its first attempt, by PostgreSQL's own clock, at half of what the path can carry.
import { pace } from '../../telemetry/pace.ts'
import { quantile } from '../../telemetry/statistics.ts'
import { many } from '../many.ts'
import { startServices } from '../services.ts'
import { benchTenants } from '../tasks-in-database.ts'
import type { Part } from './part.ts'

const callers = 32
const saturatingTasks = 2_000

export function pickupPart({ seconds }: { readonly seconds: number }): Part {
  return {
    variants: ['off', 'ours'],
    async measure(bench, variant) {
      const { database, signal } = bench
      await database.clear()
      await using services = await startServices(bench, variant === 'ours' ? 'ours' : 'off')
      const submit = (index: number) =>
        services.submit(benchTenants[index % benchTenants.length] ?? '', 1)
      await many(saturatingTasks, callers, submit)
      await database.untilCompleted(saturatingTasks, signal)
      const startedAt = performance.now()
      await many(saturatingTasks, callers, submit)
      const endedAt = await database.untilCompleted(2 * saturatingTasks, signal)
      const perSecond = (saturatingTasks / ((endedAt - startedAt) / 1_000)) * 0.5

      const { rows: began } = await database.pool.query('SELECT now() AS at')
      const submitted: Promise<string>[] = []
      const total = await pace(
        { perSecond, seconds },
        () => submitted.push(submit(submitted.length)),
        signal,
      )
      await Promise.all(submitted)
      await database.untilCompleted(2 * saturatingTasks + total, signal)
      const { rows } = await database.pool.query<{ ms: number }>(
        `SELECT extract(epoch FROM first_started_at - created_at)::float8 * 1000 AS ms
         FROM tasks WHERE created_at > $1`,
        [began[0].at],
      )
      const times = rows.map(({ ms }) => ms)
      return { perSecond, p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
    },
  }
}
