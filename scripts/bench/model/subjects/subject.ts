// What is compared: processes that answer the same questions.
import type { Receiver } from '../../telemetry/receiver/start-receiver.ts'
import type { Answered, Load } from '../load/load.ts'

export const subjectNames = [
  'engine',
  'engine in rounds',
  'server off',
  'server ours',
  'llama-cpp-python',
] as const
export type SubjectName = (typeof subjectNames)[number]

export interface Bench {
  readonly receiver: Receiver
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
  readonly modelPath: string
  /** How many answers the engine writes side by side. */
  readonly slots: number
  /** A Python that has it. */
  readonly llamaCppPython?: string
}

export interface Subject extends AsyncDisposable {
  /** It, and what it has started, is what is measured. */
  readonly pid: number
  answer(load: Load): Promise<Answered>
}
