// Log records against the registry: their message, severity and fields.
import type { OtlpLog } from '@throughline/trace-testing/receiver'
import { findLog } from '../name-pattern.ts'
import type { Registry, Signal } from '../registry.ts'
import { checkAttributes, show } from './check-attributes.ts'
import { checkService } from './check-emitter.ts'
import type { Emitter, Findings, Problem } from './findings.ts'
import { maskIds } from './ids.ts'
import { readAttributes, readValue } from './typed-value.ts'

export interface LogCheck {
  readonly registry: Registry
  readonly findings: Findings
  readonly onSeen: (signal: Signal, emitter: Emitter) => void
}

export function checkLog(check: LogCheck, record: OtlpLog, emitter: Emitter): void {
  const { registry, findings, onSeen } = check
  const body = readValue(record.body)
  const message = show(body.value)
  const declared = body.type === 'string' ? findLog(registry, message) : undefined
  const add = (problem: Problem) => findings.add(emitter, `log "${maskIds(message)}"`, problem)

  if (declared === undefined) {
    // Its fields are not looked at: a field has no namespace, and means nothing without its message.
    add({
      kind: 'undeclared',
      problem: 'no declared log event has this message',
      advice:
        'make the message a constant with the facts as fields, and declare it in packages/registry/signals',
      example: message,
    })
    return
  }
  onSeen(declared, emitter)
  for (const problem of checkService(declared, emitter)) add(problem)
  const severity = record.severityText?.toLowerCase() ?? ''
  if (!declared.severities.some((each) => each === severity)) {
    add({
      kind: 'wrong severity',
      problem: `its severity is ${severity || 'none'}, and declared as ${declared.severities.join(', ')}`,
      advice: `log it as declared, or correct the severities at ${declared.declaredAt}`,
    })
  }
  const attributes = readAttributes(record.attributes)
  for (const problem of checkAttributes(attributes, declared.attributes, registry)) add(problem)
}
