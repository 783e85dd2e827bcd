// OTEL_CONFIG_FILE: what the SDK leaves out when a file says what it shall do, and what it lets us do as without one.
// `otel.example.yaml` is such a file.
import {
  context,
  createContextKey,
  diag,
  type MeterProvider,
  metrics,
  ROOT_CONTEXT,
} from '@opentelemetry/api'
import type { Resource } from '@opentelemetry/resources'
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions'
import { replacePropagators } from './trace-context/create-propagators.ts'
import { keepWordsOutOfSpans } from './wordless-spans.ts'

interface Measuring {
  setMeterProvider(provider: MeterProvider): void
}

/** The file's detector `service` reads the variable only. */
export function serviceNameVariable({ attributes }: Resource): Record<string, string> {
  return { OTEL_SERVICE_NAME: String(attributes[ATTR_SERVICE_NAME]) }
}

/** Once the SDK has started. */
export function completeConfiguredSdk(file: string, instrumentations: readonly Measuring[]): void {
  // It keeps its meter provider to itself, and what instrumentations measure would be lost.
  for (const one of instrumentations) one.setMeterProvider(metrics.getMeterProvider())
  replacePropagators()
  keepWordsOutOfSpans()
  if (!isRunning()) {
    diag.error(
      `Nothing is recorded: OTEL_CONFIG_FILE=${file} is disabled or cannot be used; allowed: a file as https://opentelemetry.io/docs/specs/otel-config has it, such as otel.example.yaml of this package.`,
    )
  }
}

/** Contexts are kept from then on, whatever the file says, and only then. */
function isRunning(): boolean {
  const key = createContextKey('kept')
  const marked = ROOT_CONTEXT.setValue(key, true)
  return context.with(marked, () => context.active().getValue(key) === true)
}
