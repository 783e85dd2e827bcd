import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startMeasured } from '../../telemetry/measured-process.ts'
import type { Bench } from '../subjects/subject.ts'
import type { HttpLoad } from './callers.ts'
import type { Answered, Load } from './load.ts'

export interface Callers extends AsyncDisposable {
  answer(load: Load): Promise<Answered>
}

export async function startCallers(
  { env, signal, modelPath }: Bench,
  port: number,
): Promise<Callers> {
  const callers = await startMeasured({
    ...{ variant: 'off', withPlugin: true, signal, env: { PATH: env.PATH } },
    script: fileURLToPath(new URL('./callers.ts', import.meta.url)),
  })
  const model = basename(modelPath, '.gguf')
  return {
    async answer(load) {
      const asked: HttpLoad = { ...load, port, model }
      return (await callers.work(asked)) as Answered
    },
    [Symbol.asyncDispose]: () => callers.stop(),
  }
}
