// Findings as a person reads them: by service, by scope, by signal.
import type { Finding } from './findings.ts'
import type { Missing, Seen } from './live-check.ts'

const number = new Intl.NumberFormat('en')

export function describeSeen({ spans, metrics, logs, services }: Seen): string {
  const counts = [
    describeCount(spans, 'span'),
    describeCount(metrics, 'metric export'),
    describeCount(logs, 'log record'),
  ].join(', ')
  return `${counts} of ${services.length === 0 ? 'no service' : services.join(', ')}`
}

export function describeFindings(findings: readonly Finding[], omitted = 0): string {
  const lines: string[] = []
  let before: Partial<Finding> = {}
  for (const finding of findings) {
    const { service, scope, signal } = finding
    if (service !== before.service) lines.push('', service)
    if (service !== before.service || scope !== before.scope)
      lines.push(`  ${scope || '(no scope)'}`)
    if (!isSamePlace(finding, before)) lines.push(`    ${signal}`)
    lines.push(...describe(finding))
    before = finding
  }
  if (omitted > 0) lines.push('', `and others, seen ${number.format(omitted)} times`)
  return lines.join('\n').trim()
}

export function describeMissing(missing: readonly Missing[]): string {
  return missing
    .map(({ signal: { id, declaredAt }, services }) => {
      return `${id} was not seen from ${services.join(', ')} (declared at ${declaredAt})`
    })
    .join('\n')
}

function describe({ problem, advice, count, example }: Finding): string[] {
  const times = count === 1 ? 'once' : `${number.format(count)} times`
  const shown = example === undefined ? '' : `, for example ${JSON.stringify(example)}`
  return [`      ✗ ${problem} (${times}${shown})`, `        ${advice}`]
}

function isSamePlace(a: Finding, b: Partial<Finding>): boolean {
  return a.service === b.service && a.scope === b.scope && a.signal === b.signal
}

export function describeCount(value: number, noun: string): string {
  return `${number.format(value)} ${noun}${value === 1 ? '' : 's'}`
}
