// Whether a signal comes from a service, and in it from a library, that is declared to send it.
import type { Signal } from '../registry.ts'
import type { Emitter, Problem } from './findings.ts'

export function checkEmitter(
  { emitters, library, declaredAt }: Signal,
  { service, scope }: Emitter,
): Problem[] {
  const problems: Problem[] = []
  if (!emitters.includes(service)) {
    problems.push({
      kind: 'wrong emitter',
      problem: `is declared for ${emitters.join(', ')}, not for ${service}`,
      advice: `send it nowhere else, or add ${service} to the emitters at ${declaredAt}`,
    })
  }
  if (library !== undefined && scope !== library) {
    problems.push({
      kind: 'wrong emitter',
      problem: `is declared for the library ${library}, and sent by ${scope || 'nobody in particular'}`,
      advice: `declare it apart for ${scope || 'its sender'}, or correct the library at ${declaredAt}`,
    })
  }
  return problems
}
