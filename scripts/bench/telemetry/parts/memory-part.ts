// What the processes hold after minutes of a low load, all variants side by side.
import { setTimeout as sleep } from 'node:timers/promises'
import { createRecordCounter, oneUnit } from '../records.ts'
import type { Samples } from '../rounds.ts'
import { type Services, startServices } from '../services.ts'
import { median } from '../statistics.ts'
import { variants } from '../variants.ts'
import type { Bench } from './part.ts'

export interface MemorySettings {
  readonly perSecond: number
  readonly minutes: number
}

const sampleEverySeconds = 5
const mebibyte = 2 ** 20
/** Of the run: what the processes hold once they have settled. */
const lastShare = 0.2

export async function measureMemory(
  bench: Bench,
  { perSecond, minutes }: MemorySettings,
): Promise<Samples> {
  const samples: Samples = { off: [], ours: [], auto: [] }
  const seconds = minutes * 60
  await Promise.all(
    variants.map(async (variant) => {
      await using services = await startServices(bench, variant)
      const records = createRecordCounter(bench)
      await records.learn(variant, () => services.search.atRate(oneUnit))
      const before = await bench.receiver.counts(variant)
      const [times, held] = await Promise.all([
        services.search.atRate({ perSecond, seconds }),
        watch(services, seconds, bench.signal),
      ])
      samples[variant].push({ ...held, ...(await records.settle(variant, before, times.length)) })
    }),
  )
  return samples
}

async function watch({ gateway, core }: Services, seconds: number, signal: AbortSignal) {
  const held: { gateway: number; core: number }[] = []
  for (let second = 0; second < seconds; second += sampleEverySeconds) {
    await sleep(sampleEverySeconds * 1_000, undefined, { signal })
    const [one, other] = await Promise.all([gateway.usage(), core.usage()])
    held.push({ gateway: one.rssBytes / mebibyte, core: other.rssBytes / mebibyte })
  }
  const last = held.slice(-Math.ceil(held.length * lastShare))
  return {
    gatewayMebibytes: median(last.map(({ gateway }) => gateway)),
    coreMebibytes: median(last.map(({ core }) => core)),
  }
}
