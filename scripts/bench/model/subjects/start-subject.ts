import { fileURLToPath } from 'node:url'
import { startMeasured } from '../../telemetry/measured-process.ts'
import type { Answered } from '../load/load.ts'
import { startLlamaCppPython } from './llama-cpp-python.ts'
import { startServer } from './model-server.ts'
import type { Bench, Subject, SubjectName } from './subject.ts'

export function startSubject(bench: Bench, name: SubjectName): Promise<Subject> {
  switch (name) {
    case 'engine':
      return startEngine(bench, 'plain')
    case 'engine in rounds':
      return startEngine(bench, 'rounds')
    case 'server off':
      return startServer(bench, 'off')
    case 'server ours':
      return startServer(bench, 'ours')
    case 'llama-cpp-python':
      return startLlamaCppPython(bench)
  }
}

async function startEngine(
  { env, signal, modelPath, slots }: Bench,
  manner: 'plain' | 'rounds',
): Promise<Subject> {
  const engine = await startMeasured({
    ...{ variant: 'off', withPlugin: true, signal, env: { PATH: env.PATH } },
    script: fileURLToPath(new URL('./engine.ts', import.meta.url)),
    args: [modelPath, String(slots), manner],
  })
  return {
    pid: engine.pid,
    answer: async (load) => (await engine.work(load)) as Answered,
    [Symbol.asyncDispose]: () => engine.stop(),
  }
}
