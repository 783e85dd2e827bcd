// Who is next. First the tenant with the fewest slots, so that nobody waits behind all that another one has sent; among
// equals the one that has been without for longest; within a tenant whoever came first.

export interface FairQueue<Item> {
  readonly size: () => number
  readonly waitingOf: (tenant: string) => number
  /** How many would be served before the tenant's next request if none of those being served came to its end. */
  readonly ahead: (tenant: string) => number
  readonly push: (tenant: string, item: Item) => void
  readonly remove: (tenant: string, item: Item) => void
  /** Takes out who is next. */
  readonly shift: () => Item | undefined
  /** A slot is the tenant's from `begin` to `end`. */
  readonly begin: (tenant: string) => void
  readonly end: (tenant: string) => void
}

interface Lane<Item> {
  readonly waiting: Item[]
  slots: number
}

export function createFairQueue<Item>(): FairQueue<Item> {
  /** Only of tenants who wait or have a slot, so there are never more than places; in order of their turns. */
  const lanes = new Map<string, Lane<Item>>()
  let size = 0

  const laneOf = (tenant: string): Lane<Item> => {
    const lane = lanes.get(tenant) ?? { waiting: [], slots: 0 }
    lanes.set(tenant, lane)
    return lane
  }
  const changeSlots = (tenant: string, change: 1 | -1) => {
    const lane = laneOf(tenant)
    lane.slots += change
    // To the end of the turns.
    lanes.delete(tenant)
    lanes.set(tenant, lane)
    forgetIfIdle(tenant, lane)
  }
  const forgetIfIdle = (tenant: string, { waiting, slots }: Lane<Item>) => {
    if (waiting.length === 0 && slots === 0) lanes.delete(tenant)
  }

  return {
    size: () => size,
    waitingOf: (tenant) => lanes.get(tenant)?.waiting.length ?? 0,

    ahead: (tenant) => {
      const { waiting, slots } = lanes.get(tenant) ?? { waiting: [], slots: 0 }
      let ahead = waiting.length
      let earlier = true
      for (const [name, lane] of lanes) {
        if (name === tenant) earlier = false
        else {
          // Who reaches the same number of slots by being served has had a turn since, and comes after.
          const first = lane.slots > slots || (lane.slots === slots && earlier)
          const turns = waiting.length + slots - lane.slots + (first ? 1 : 0)
          ahead += Math.min(Math.max(turns, 0), lane.waiting.length)
        }
      }
      return ahead
    },

    push: (tenant, item) => {
      laneOf(tenant).waiting.push(item)
      size += 1
    },

    remove: (tenant, item) => {
      const lane = lanes.get(tenant)
      const index = lane?.waiting.indexOf(item) ?? -1
      if (lane === undefined || index < 0) return
      lane.waiting.splice(index, 1)
      size -= 1
      forgetIfIdle(tenant, lane)
    },

    shift: () => {
      let next: [string, Lane<Item>] | undefined
      for (const entry of lanes) {
        const [, lane] = entry
        if (lane.waiting.length === 0) continue
        if (next === undefined || lane.slots < next[1].slots) next = entry
      }
      if (next === undefined) return undefined
      const [tenant, lane] = next
      const item = lane.waiting.shift()
      size -= 1
      forgetIfIdle(tenant, lane)
      return item
    },

    begin: (tenant) => changeSlots(tenant, 1),
    end: (tenant) => changeSlots(tenant, -1),
  }
}
