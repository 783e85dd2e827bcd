// The real search, through gateway, core and PostgreSQL: as many as are answered, and then half as many a second as
// the services answer without telemetry, the same for all variants.
import { createRecordCounter, oneUnit, type RecordCounter } from '../records.ts'
import { startServices } from '../services.ts'
import { quantile } from '../statistics.ts'
import { variants } from '../variants.ts'
import type { Part } from './part.ts'

export interface SearchSettings {
  readonly callers: number
  readonly warmUpSeconds: number
  readonly saturationSeconds: number
  readonly halfLoadSeconds: number
}

export function searchPart(settings: SearchSettings): Part {
  const { callers, warmUpSeconds, saturationSeconds, halfLoadSeconds } = settings
  let records: RecordCounter
  let halfPerSecond = 0

  return {
    async prepare(bench) {
      records = createRecordCounter(bench)
      for (const variant of variants) {
        await using services = await startServices(bench, variant)
        await records.learn(variant, () => services.search.atRate(oneUnit))
        if (variant !== 'off') continue
        await services.search.saturate(callers, warmUpSeconds)
        const times = await services.search.saturate(callers, saturationSeconds)
        halfPerSecond = Math.round(times.length / saturationSeconds / 2)
        bench.say(`half load of a search is ${halfPerSecond} a second`)
      }
    },

    async measure(bench, variant) {
      await using services = await startServices(bench, variant)
      const { search } = services
      const countsBefore = await bench.receiver.counts(variant)
      const warmUp = await search.saturate(callers, warmUpSeconds)
      const startedAt = performance.now()
      const saturated = await search.saturate(callers, saturationSeconds)
      const perSecond = saturated.length / ((performance.now() - startedAt) / 1_000)

      const cpuBefore = await services.cpuMicros()
      const times = await search.atRate({ perSecond: halfPerSecond, seconds: halfLoadSeconds })
      const cpuMicros = ((await services.cpuMicros()) - cpuBefore) / times.length
      const units = warmUp.length + saturated.length + times.length
      return {
        ...{ perSecond, cpuMicros, p50: quantile(times, 0.5), p99: quantile(times, 0.99) },
        ...(await records.settle(variant, countsBefore, units)),
      }
    },
  }
}
