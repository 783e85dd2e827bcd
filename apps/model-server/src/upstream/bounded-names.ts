// The models that telemetry knows by name: those that the provider lists and somebody has asked for. A name that only
// callers say is theirs to choose, whatever the provider answers to it; and a label needs a bound.
export interface BoundedNames {
  /** All that the provider has. */
  readonly learn: (listed: readonly string[]) => void
  /** Whether there has been a list. */
  readonly isInformed: () => boolean
  /** The name, if it is one of them. */
  readonly nameOf: (asked: string) => string | undefined
}

const maxNames = 16

export function createBoundedNames(): BoundedNames {
  let listed: ReadonlySet<string> | undefined
  const names = new Set<string>()
  return {
    learn: (all) => {
      listed = new Set(all)
    },
    isInformed: () => listed !== undefined,
    nameOf: (asked) => {
      if (names.size < maxNames && listed?.has(asked)) names.add(asked)
      return names.has(asked) ? asked : undefined
    },
  }
}
