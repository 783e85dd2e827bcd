// What an attempt uses of its task's budget.
import type { Usage } from '@throughline/contracts'

export interface Spending {
  /** Of this attempt so far, with what it took over from attempts that never reported. */
  used(): Usage
  /** What an attempt before this one used and could not report. */
  takeOver(usage: Usage): void
}
