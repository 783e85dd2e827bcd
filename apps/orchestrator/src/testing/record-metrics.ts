// Keeps every measurement, for a test to see which instruments have moved. Imported before anything that has instruments:
// a meter that is asked for earlier never measures.
import { type Attributes, createNoopMeter, type Meter, metrics } from '@opentelemetry/api'

export interface Measurement {
  readonly name: string
  readonly value: number
  readonly labels: Attributes
}

const measurements: Measurement[] = []

function instrument(name: string) {
  const record = (value: number, labels: Attributes = {}) => {
    measurements.push({ name, value, labels })
  }
  return { add: record, record }
}

const recording: Partial<Meter> = {
  createCounter: instrument,
  createUpDownCounter: instrument,
  createGauge: instrument,
  createHistogram: instrument,
}

metrics.setGlobalMeterProvider({ getMeter: () => Object.assign(createNoopMeter(), recording) })

/** All since this was last asked, of our own metrics. */
export function takeMeasurements(): Measurement[] {
  return measurements.splice(0).filter(({ name }) => name.startsWith('throughline.'))
}
