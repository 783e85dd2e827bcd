// What is measured, one part at a time. A sample is what one variant gave in one round.
import type { Sample } from '../../results.ts'
import type { Receiver } from '../../telemetry/receiver/start-receiver.ts'
import type { System } from '../../telemetry/system.ts'
import type { TaskDatabase } from '../tasks-in-database.ts'

export interface Bench {
  readonly receiver: Receiver
  readonly system: System
  readonly database: TaskDatabase
  readonly env: NodeJS.ProcessEnv
  readonly signal: AbortSignal
}

export interface Part {
  readonly variants: readonly string[]
  /** Fewer than the others get, for what takes minutes and does not vary. */
  readonly rounds?: number
  measure(bench: Bench, variant: string): Promise<Sample>
}
