// Which slot has read what, to choose the one that need not read a prompt's beginning again. It is a hint: what of it is
// still there, the slot itself knows.

export interface PrefixMemory<Slot> {
  /**
   * The free slot whose last prompt, of the same named tenant, begins most like this one; else the one unused for
   * longest.
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
      const lengths = free.map((slot) => {
        const read = reads.get(slot)
        return tenant !== '' && read?.tenant === tenant
          ? commonPrefixLength(read.prompt, prompt)
          : 0
      })
      const [slot] = free.splice(lengths.indexOf(Math.max(...lengths)), 1)
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
