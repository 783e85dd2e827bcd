// Whether a fault did anything. Whoever is not there is not stopped, and a clock that nobody reads is not wrong.

import type { Injected } from './inject.ts'
import { faultKinds, kindOf } from './plan.ts'
import type { Life } from './supervise.ts'

export interface Window {
  readonly fromMs: number
  readonly toMs: number
}

export interface Effects {
  readonly injected: number
  readonly effective: number
}

/** How long it is until a process looks at its file again: see fake-clock.ts. */
const clockCacheMs = 1_000

/** By kind of fault, in a fixed order, each with a line though it never came. */
export function countEffects(injected: readonly Injected[]): Readonly<Record<string, Effects>> {
  const counts = faultKinds.map((kind) => {
    const ofKind = injected.filter(({ fault }) => kindOf(fault) === kind)
    const effective = ofKind.filter(({ isEffective }) => isEffective()).length
    return [kind, { injected: ofKind.length, effective }]
  })
  return Object.fromEntries(counts)
}

/** A process that is killed while it is stopped was stopped until then. */
export function wasStoppedMs({ endedAt }: Life, { fromMs, toMs }: Window): number {
  return Math.min(toMs, endedAt ?? toMs) - fromMs
}

export function readWrongClock(life: Life, { fromMs, toMs }: Window): boolean {
  const { startedAt, endedAt = Number.POSITIVE_INFINITY } = life
  return Math.min(toMs, endedAt) - Math.max(fromMs, startedAt) > clockCacheMs
}
