// Which methods are observed, and by what: found by a call's path, made at its first call.
import type { ObserveCall } from './grpc-call.ts'

const maxMethods = 1_000
/** Names past the bound are not those of a generated client: neither memory nor a metric grows with them. */
const other = '/_OTHER'

/** `observe` is asked once for each method; what it returns nothing for is left alone. */
export function rememberMethods(
  observe: (method: string) => ObserveCall | undefined,
): (path: string) => ObserveCall | undefined {
  const known = new Map<string, ObserveCall | undefined>()
  return (path) => {
    const name = known.has(path) || known.size < maxMethods ? path : other
    if (!known.has(name)) known.set(name, observe(name.slice(1)))
    return known.get(name)
  }
}
