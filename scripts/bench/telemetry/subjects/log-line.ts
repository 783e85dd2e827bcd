// One line a time through the logger that every app here has.
import { createLogger } from '@throughline/telemetry'
import { offerWork } from '../control.ts'
import { pace } from '../pace.ts'
import { insideTrace } from './inside-trace.ts'

const logger = createLogger({ name: 'log-line', level: 'info' })
const facts = { method: 'POST', route: '/v1/search', status: 200, durationMs: 12.3 }

offerWork((load) => pace(load, () => insideTrace(() => logger.info(facts, 'request completed'))))
