import { afterEach, beforeEach } from 'vitest'

/** Starts one before each test of a file and ends it after. What is returned is always that of the test that runs. */
export function forEachTest<Thing extends AsyncDisposable>(start: () => Promise<Thing>): Thing {
  let current: Thing
  beforeEach(async () => {
    current = await start()
  })
  afterEach(() => current[Symbol.asyncDispose]())
  return new Proxy({} as Thing, {
    get: (_, key) => Reflect.get(current, key),
    set: (_, key, value) => Reflect.set(current, key, value),
  })
}
