// Whether a signal comes from a service, and in it from a library, that is declared to send it.
import type { Signal } from '../registry.ts'
import type { Emitter, Problem } from './findings.ts'

export function checkEmitter(signal: Signal, emitter: Emitter): Problem[] {
  return [...checkService(signal, emitter), ...checkLibrary(signal, emitter)]
}

/** For log records, too: all of them are sent by the bridge of the logger, whoever writes them. */
export function checkService({ emitters, declaredAt }: Signal, { service }: Emitter): Problem[] {
  if (emitters.includes(service)) return []
  return [
    {
      kind: 'wrong emitter',
      problem: `is declared for ${emitters.join(', ')}, not for ${service}`,
      advice: `send it nowhere else, or add ${service} to the emitters at ${declaredAt}`,
    },
  ]
}

function checkLibrary({ library, declaredAt }: Signal, { scope }: Emitter): Problem[] {
  if (library === undefined || library === scope) return []
  const sender = scope || 'nobody in particular'
  return [
    {
      kind: 'wrong emitter',
      problem: `is declared for the library ${library}, and sent by ${sender}`,
      advice: `declare it for ${sender}, too, or correct the library at ${declaredAt}`,
    },
  ]
}
