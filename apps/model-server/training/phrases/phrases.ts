import type { Action } from '@throughline/contracts'

/** All that one side says in one tone. Every sentence names the item; all but a goodbye name the price. */
export interface Phrases {
  /** In the first round. */
  readonly greetings: readonly string[]
  /** In every other. */
  readonly replies: readonly string[]
  readonly sentences: Readonly<Record<Action | 'secondOffer', readonly string[]>>
  readonly closes: Readonly<Record<Action, readonly string[]>>
}
