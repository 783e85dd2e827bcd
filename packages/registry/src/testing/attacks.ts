// For each kind of finding what causes it, and the nearest that does not.
import type { FindingKind } from '../check/findings.ts'
import { logAttacks } from './log-attacks.ts'
import { metricAttacks } from './metric-attacks.ts'
import type { Say } from './say.ts'
import { spanAttacks } from './span-attacks.ts'
import type { Speaker } from './speak.ts'

export interface Attack {
  readonly what: string
  readonly good: Say
  readonly bad: Say
  readonly kind: FindingKind
  readonly signal: string
  readonly problem: string
  readonly goodSpeaker?: Speaker
  readonly badSpeaker?: Speaker
}

export const attacks: readonly Attack[] = [...spanAttacks, ...metricAttacks, ...logAttacks]
