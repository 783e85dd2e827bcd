// What is active in a request: a handful of values, held in two short lists. The API's own copies a Map and makes three
// functions for every value that is set, which for a request costs as much as its span.
import type { Context } from '@opentelemetry/api'

class FlatContext implements Context {
  readonly #keys: readonly symbol[]
  readonly #values: readonly unknown[]

  constructor(keys: readonly symbol[], values: readonly unknown[]) {
    this.#keys = keys
    this.#values = values
  }

  getValue(key: symbol): unknown {
    const at = this.#keys.indexOf(key)
    return at < 0 ? undefined : this.#values[at]
  }

  /** What it replaces is let go: a loop that sets the same key for ever holds one value. */
  setValue(key: symbol, value: unknown): Context {
    const at = this.#keys.indexOf(key)
    if (at < 0) return new FlatContext([...this.#keys, key], [...this.#values, value])
    return new FlatContext(this.#keys, this.#values.with(at, value))
  }

  deleteValue(key: symbol): Context {
    return this.#keys.includes(key) ? this.setValue(key, undefined) : this
  }
}

/** In place of `ROOT_CONTEXT`: what is derived from it is flat, too. */
export const rootContext: Context = new FlatContext([], [])
