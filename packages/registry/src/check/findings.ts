// What is wrong, who says it, and what to do: one finding however often it is seen.

export const findingKinds = [
  'undeclared',
  'wrong emitter',
  'wrong type',
  'wrong value',
  'wrong unit',
  'wrong instrument',
  'wrong buckets',
  'wrong severity',
  'lacking',
  'id in name',
  'unbounded',
] as const
export type FindingKind = (typeof findingKinds)[number]

/** Who speaks: a process by its `service.name`, and in it a library or module by the scope of its instruments. */
export interface Emitter {
  readonly service: string
  readonly scope: string
}

export interface Finding extends Emitter {
  readonly kind: FindingKind
  /** `span run task`, `metric throughline.tasks.started`. */
  readonly signal: string
  readonly problem: string
  readonly advice: string
  readonly count: number
  /** One of the values that show it. */
  readonly example?: string
}

export type Problem = Omit<Finding, keyof Emitter | 'signal' | 'count'>

/** A stream that invents names without end does not fill the memory, or the screen. */
const mostFindings = 1_000
const longestExample = 80

export class Findings {
  readonly #byKey = new Map<string, Finding>()
  #omitted = 0

  add({ service, scope }: Emitter, signal: string, { example, ...problem }: Problem): void {
    const key = JSON.stringify([service, scope, signal, problem])
    const found = this.#byKey.get(key)
    if (found === undefined && this.#byKey.size === mostFindings) {
      this.#omitted += 1
      return
    }
    const first = { service, scope, signal, ...problem, count: 0, example: shorten(example) }
    this.#byKey.set(key, { ...first, ...found, count: (found?.count ?? 0) + 1 })
  }

  /** How many were seen after there were too many to keep. */
  get omitted(): number {
    return this.#omitted
  }

  /** By emitter and signal. */
  toList(): Finding[] {
    const place = ({ service, scope, signal }: Finding) => [service, scope, signal].join('\0')
    return [...this.#byKey.values()].sort((a, b) => (place(a) < place(b) ? -1 : 1))
  }
}

function shorten(example: string | undefined): string | undefined {
  if (example === undefined || example.length <= longestExample) return example
  return `${example.slice(0, longestExample)}…`
}
