// The models that telemetry knows by name. Anybody can ask for any name, so one counts only when the provider has
// answered to it, and only so many do: a label needs a bound.
export interface BoundedNames {
  readonly add: (name: string) => void
  readonly labelOf: (name: string) => string
}

const maxNames = 16

export function createBoundedNames(): BoundedNames {
  const names = new Set<string>()
  return {
    add: (name) => {
      if (names.size < maxNames) names.add(name)
    },
    labelOf: (name) => (names.has(name) ? name : 'other'),
  }
}
