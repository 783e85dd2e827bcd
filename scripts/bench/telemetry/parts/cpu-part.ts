// What one unit of work costs in CPU, in a process that does it so many times a second.
import type { Profiler } from 'node:inspector'
import type { Load } from '../control.ts'
import { createHttpLoad } from '../http-load.ts'
import { type MeasuredProcess, startMeasured } from '../measured-process.ts'
import { createRecordCounter, oneUnit, type RecordCounter } from '../records.ts'
import { subject, type Variant, variants } from '../variants.ts'
import type { Bench, Part } from './part.ts'

export interface CpuSettings {
  readonly perSecond: number
  readonly seconds: number
  /** Until the compiler has done its work, which else would be measured: ten thousand requests of it. */
  readonly warmUp: Load
}

/** Some samples of what is seldom. */
const profiledSeconds = 10

export interface Profiled {
  readonly profile: Profiler.Profile
  /** How often it did what it does, meanwhile. */
  readonly units: number
}

/** One that can be looked at from inside. */
export interface ProfiledPart extends Part {
  profile(bench: Bench, variant: Variant): Promise<Profiled>
}

/** Does as much as the load says. */
type Drive = (load: Load) => Promise<unknown>

/** One route of Fastify's, asked from here. */
export const routePart = (settings: CpuSettings) =>
  createCpuPart('route', settings, ({ port }, { signal }, stack) => {
    const http = stack.use(createHttpLoad({ port, path: '/hello/world' }, signal))
    return (load) => http.atRate(load)
  })

/** A gRPC client and its server in one process. */
export const callPart = (settings: CpuSettings) => createCpuPart('call', settings, byItself)

/** A line through the logger, inside a span. */
export const logPart = (settings: CpuSettings) => createCpuPart('log-line', settings, byItself)

function byItself(process: MeasuredProcess): Drive {
  return (load) => process.work(load)
}

function createCpuPart(
  script: string,
  { perSecond, seconds, warmUp }: CpuSettings,
  drive: (process: MeasuredProcess, bench: Bench, stack: DisposableStack) => Drive,
): ProfiledPart {
  let records: RecordCounter
  const start = (bench: Bench, variant: Variant) =>
    startMeasured({
      ...{ variant, script: subject(script) },
      ...{ env: bench.env(variant), signal: bench.signal },
    })

  return {
    async prepare(bench) {
      records = createRecordCounter(bench)
      const learn = async (variant: Variant) => {
        await using process = await start(bench, variant)
        using stack = new DisposableStack()
        const work = drive(process, bench, stack)
        await records.learn(variant, () => work(oneUnit))
      }
      await Promise.all(variants.map(learn))
    },
    async measure(bench, variant) {
      await using process = await start(bench, variant)
      using stack = new DisposableStack()
      const work = drive(process, bench, stack)
      const countsBefore = await bench.receiver.counts(variant)
      await work(warmUp)
      const before = await process.usage()
      await work({ perSecond, seconds })
      const after = await process.usage()
      const units = warmUp.perSecond * warmUp.seconds + perSecond * seconds
      return {
        cpuMicros: (after.cpuMicros - before.cpuMicros) / (perSecond * seconds),
        ...(await records.settle(variant, countsBefore, units)),
      }
    },
    async profile(bench, variant) {
      await using process = await start(bench, variant)
      using stack = new DisposableStack()
      const work = drive(process, bench, stack)
      // Twice: whatever is compiled meanwhile would be seen in a profile.
      await work(warmUp)
      await work(warmUp)
      await process.startProfile()
      await work({ perSecond, seconds: profiledSeconds })
      return { profile: await process.stopProfile(), units: perSecond * profiledSeconds }
    },
  }
}
