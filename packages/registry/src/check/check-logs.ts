// Log records against the registry: their message, severity and fields; of an event its name and fields.
import type { OtlpLog } from '@throughline/trace-testing/receiver'
import { findLog } from '../name-pattern.ts'
import type { Registry, Signal } from '../registry.ts'
import { checkAttributes, show } from './check-attributes.ts'
import { checkService } from './check-emitter.ts'
import type { Emitter, Findings } from './findings.ts'
import { maskIds } from './ids.ts'
import { readAttributes, readValue } from './typed-value.ts'

export interface LogCheck {
  readonly registry: Registry
  readonly findings: Findings
  readonly onSeen: (signal: Signal, emitter: Emitter) => void
}

export function checkLog(check: LogCheck, record: OtlpLog, emitter: Emitter): void {
  const { eventName = '' } = record
  if (eventName) checkNamedEvent(check, record, eventName, emitter)
  else checkMessage(check, record, emitter)
}

function checkMessage(check: LogCheck, record: OtlpLog, emitter: Emitter): void {
  const { registry, findings } = check
  const body = readValue(record.body)
  const message = show(body.value)
  const declared = body.type === 'string' ? findLog(registry, message) : undefined
  const signal = `log "${maskIds(message)}"`
  if (declared === undefined) {
    // Its fields are not looked at: a field has no namespace, and means nothing without its message.
    findings.add(emitter, signal, {
      kind: 'undeclared',
      problem: 'no declared log event has this message',
      advice:
        'make the message a constant with the facts as fields, and declare it in packages/registry/signals',
      example: message,
    })
    return
  }
  checkDeclared(check, record, { declared, signal, emitter })
  const severity = record.severityText?.toLowerCase() ?? ''
  if (!declared.severities.some((each) => each === severity)) {
    findings.add(emitter, signal, {
      kind: 'wrong severity',
      problem: `its severity is ${severity || 'none'}, and declared as ${declared.severities.join(', ')}`,
      advice: `log it as declared, or correct the severities at ${declared.declaredAt}`,
    })
  }
}

/** By its name: what its body says is nobody's business here. */
function checkNamedEvent(check: LogCheck, record: OtlpLog, name: string, emitter: Emitter): void {
  const declared = check.registry.namedEvents.get(name)
  const signal = `event ${maskIds(name)}`
  if (declared) {
    checkDeclared(check, record, { declared, signal, emitter })
    return
  }
  check.findings.add(emitter, signal, {
    kind: 'undeclared',
    problem: 'no declared event has this name',
    advice: 'declare it in packages/registry/signals with the carrier "event"',
    example: name,
  })
}

interface DeclaredRecord {
  readonly declared: Signal
  readonly signal: string
  readonly emitter: Emitter
}

function checkDeclared(
  { registry, findings, onSeen }: LogCheck,
  record: OtlpLog,
  { declared, signal, emitter }: DeclaredRecord,
): void {
  onSeen(declared, emitter)
  const attributes = readAttributes(record.attributes)
  const problems = [
    ...checkService(declared, emitter),
    ...checkAttributes(attributes, declared.attributes, registry),
  ]
  for (const problem of problems) findings.add(emitter, signal, problem)
}
