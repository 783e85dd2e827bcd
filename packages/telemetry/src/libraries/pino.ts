import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino'

export const instrumentations = () => [new PinoInstrumentation()]
