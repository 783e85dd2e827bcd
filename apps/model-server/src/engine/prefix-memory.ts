// Which slot has read what, to choose the one that need not read a prompt's beginning again. It is a hint: what of it is
// still there, the slot itself knows.

export interface PrefixMemory<Slot> {
  /**
   * Of the free slots whose last prompt, of the same named tenant, begins like this one for at least half of its length,
   * the one that does so for longest: taking it over saves as much as it throws away. Else the one unused for longest,
   * so that conversations with no more than an opening in common do not take each other's slots.
   */
  readonly take: (tenant: string, prompt: readonly number[]) => Slot
  readonly giveBack: (slot: Slot) => void
}

interface Read {
  readonly tenant: string
  readonly prompt: readonly number[]
}

export function createPrefixMemory<Slot>(slots: readonly Slot[]): PrefixMemory<Slot> {
  /** In the order in which they were given back. */
  const free = [...slots]
  const reads = new Map<Slot, Read>()

  return {
    take: (tenant, prompt) => {
      const savings = free.map((slot) => {
        const read = reads.get(slot)
        if (tenant === '' || read?.tenant !== tenant) return 0
        const kept = commonPrefixLength(read.prompt, prompt)
        return kept >= read.prompt.length - kept ? kept : 0
      })
      const [slot] = free.splice(savings.indexOf(Math.max(...savings)), 1)
      if (slot === undefined) throw new Error('No slot is free')
      reads.set(slot, { tenant, prompt })
      return slot
    },
    giveBack: (slot) => free.push(slot),
  }
}

function commonPrefixLength(one: readonly number[], other: readonly number[]): number {
  const length = one.findIndex((token, index) => token !== other[index])
  return length < 0 ? one.length : length
}
