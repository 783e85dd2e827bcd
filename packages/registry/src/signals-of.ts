import type { Registry, Signal } from './registry.ts'

/** All that is declared to be sent, of any kind. */
export function signalsOf({ spans, metrics, spanEvents, logs, namedEvents }: Registry): Signal[] {
  const byName = [metrics, spanEvents, logs, namedEvents]
  return [...spans, ...byName.flatMap((signals): Signal[] => [...signals.values()])]
}
