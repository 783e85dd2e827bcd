// What an observable gauge does not say any more is not told any more: a worker that left, an engine that died. The SDK
// adds up what is observed to what was observed before, and so repeats the last value for ever, with a fresh time.
import {
  AggregationTemporality,
  type IMetricReader,
  InstrumentType,
} from '@opentelemetry/sdk-metrics'

/** A gauge has no temporality in OTLP; to the SDK, deltas are what has been observed since the last time. */
export function forgetUnseen<Reader extends IMetricReader>(reader: Reader): Reader {
  const select = reader.selectAggregationTemporality.bind(reader)
  reader.selectAggregationTemporality = (type) =>
    type === InstrumentType.OBSERVABLE_GAUGE ? AggregationTemporality.DELTA : select(type)
  return reader
}
