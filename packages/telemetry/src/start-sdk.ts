// Starts the OpenTelemetry SDK. How and where it exports is the business of the standard `OTEL_*` variables.
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { diagLogLevelFromString } from '@opentelemetry/core'
import type { startNodeSdk } from '@opentelemetry/sdk-node'
import { checkVariables } from './check-variables.ts'
import { completeConfiguredSdk, serviceNameVariable } from './config-file.ts'
import { withDefaultVariables } from './default-variables.ts'
import { createInstrumentations, observeLibraries } from './instrumentations.ts'
import { createLogRecordProcessors } from './log-record-processors.ts'
import { createMetricReaders } from './metric-readers.ts'
import { createInsideRule } from './outgoing/inside-hosts.ts'
import { keepContextInside } from './outgoing/keep-context-inside.ts'
import { writeProblemLines } from './problem-lines.ts'
import { startFromVariables } from './sdk/start-from-variables.ts'
import { describeService } from './service-resource.ts'
import { flushAtShutdown } from './shutdown.ts'
import { createSpanProcessors } from './span-processors.ts'
import { createPropagators } from './trace-context/create-propagators.ts'

export async function startSdk(env: NodeJS.ProcessEnv): Promise<void> {
  const isInside = createInsideRule(env.TRACE_CONTEXT_HOSTS)
  const instrumentations = createInstrumentations(isInside)
  keepContextInside(isInside)
  // A file says everything by itself: where there is one, no other variable counts.
  const { OTEL_CONFIG_FILE: configFile } = env
  const { resource: service, problems: ofService } = await describeService(process.argv[1], env)
  const problems = [...ofService, ...(configFile ? [] : checkVariables(env))]
  const defaults = {
    // The process detector would export the command line, in which people keep secrets.
    OTEL_NODE_RESOURCE_DETECTORS: 'service,host',
    ...(configFile && serviceNameVariable(service)),
  }
  const destinations = configFile ? undefined : await createDestinations(env)
  const logLevel = env.OTEL_LOG_LEVEL || 'warn'
  const propagators = createPropagators(env)
  const parts = { instrumentations, ...destinations, baseResource: service }
  const sdk = await withDefaultVariables(env, defaults, () =>
    destinations && propagators
      ? startFromVariables({ ...parts, ...destinations, propagators })
      : startWhole({ ...parts, logLevel }),
  )
  if (configFile) {
    completeConfiguredSdk(configFile, instrumentations)
  } else {
    writeProblemLines(diagLogLevelFromString(logLevel) ?? DiagLogLevel.WARN)
  }
  observeLibraries(isInside)
  for (const problem of problems) diag.error(problem)
  flushAtShutdown(async () => {
    const { spanProcessors = [], logRecordProcessors = [] } = destinations ?? {}
    // Before the metrics, whose last export tells what was lost in the end.
    await Promise.all([...spanProcessors, ...logRecordProcessors].map((one) => one.shutdown()))
    await sdk.shutdown()
  })
}

/** With all that the SDK has, for what we do not know ourselves: files, and other propagators. */
async function startWhole(options: Parameters<typeof startNodeSdk>[0]) {
  const sdk = await import('@opentelemetry/sdk-node').catch((cause) => {
    const why = 'OTEL_CONFIG_FILE, and OTEL_PROPAGATORS with b3, need @opentelemetry/sdk-node'
    throw new Error(`${why}, which is not installed`, { cause })
  })
  return sdk.startNodeSdk(options)
}

async function createDestinations(env: NodeJS.ProcessEnv) {
  const [spanProcessors, logRecordProcessors, metricReaders] = await Promise.all([
    createSpanProcessors(env),
    createLogRecordProcessors(env),
    createMetricReaders(env),
  ])
  return { spanProcessors, logRecordProcessors, metricReaders }
}
