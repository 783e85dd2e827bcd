// Starts the OpenTelemetry SDK. How and where it exports is the business of the standard `OTEL_*` variables.
import { metrics } from '@opentelemetry/api'
import { startNodeSdk } from '@opentelemetry/sdk-node'
import { register } from 'import-in-the-middle/register-hooks.mjs'
import { createInstrumentations, importedByName } from './instrumentations.ts'
import { keepContextInside } from './outgoing/keep-context-inside.ts'
import { describeService } from './service-resource.ts'
import { flushAtShutdown } from './shutdown.ts'
import { createPropagators } from './trace-context/create-propagators.ts'
import { keepWordsOutOfSpans } from './wordless-spans.ts'

export function startSdk(env: NodeJS.ProcessEnv): void {
  // Node's asynchronous loader hooks would do the same and nearly double the start time.
  register({ include: importedByName })

  // The process detector would export the command line, in which people keep secrets.
  env.OTEL_NODE_RESOURCE_DETECTORS ||= 'service,host'

  const instrumentations = createInstrumentations()
  keepContextInside(env.TRACE_CONTEXT_HOSTS)
  const sdk = startNodeSdk({
    instrumentations,
    propagators: createPropagators(env),
    baseResource: describeService(process.argv[1]),
    // Its remarks below that go to standard output, where the app's JSON lines are.
    logLevel: env.OTEL_LOG_LEVEL || 'warn',
  })
  if (env.OTEL_CONFIG_FILE) {
    // Started from a file, the SDK keeps its meter provider to itself, and HTTP, SQL and runtime metrics are lost.
    for (const one of instrumentations) one.setMeterProvider(metrics.getMeterProvider())
  }
  keepWordsOutOfSpans()
  flushAtShutdown(() => sdk.shutdown())
}
