// What is measured, one part at a time: a sample is what one process of one variant gave.
import type { Receiver } from '../receiver/start-receiver.ts'
import type { System } from '../system.ts'
import type { Variant } from '../variants.ts'

export const partNames = ['route', 'search', 'call', 'log', 'start', 'memory'] as const
export type PartName = (typeof partNames)[number]
/** Those that do one thing over and over. */
export const profiledNames = ['route', 'call', 'log'] as const satisfies PartName[]
export type ProfiledName = (typeof profiledNames)[number]

/** Numbers by name, and with them what was recorded and did not arrive. */
export type Sample = Readonly<Record<string, number>>

export interface Bench {
  readonly receiver: Receiver
  /** PostgreSQL and Redis, started when first asked for. */
  readonly system: () => Promise<System>
  readonly signal: AbortSignal
  /** The environment of a process of this variant. */
  env(variant: Variant): NodeJS.ProcessEnv
  say(text: string): void
}

export interface Part {
  /** Once, before the first round. */
  prepare(bench: Bench): Promise<void>
  measure(bench: Bench, variant: Variant): Promise<Sample>
}
