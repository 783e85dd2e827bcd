// The collector and what stands behind it: is everything that is measured also kept?
import type { Page } from './page.ts'
import type { PlaceablePanel } from './panel.ts'
import { stat, timeSeries } from './panels.ts'
import { series, value } from './queries.ts'

interface Signal {
  readonly name: string
  /** As the collector's own metrics end. */
  readonly items: string
}

const signals: readonly Signal[] = [
  { name: 'Spans', items: 'spans' },
  { name: 'Metric points', items: 'metric_points' },
  { name: 'Log records', items: 'log_records' },
]

/** The collector counts a failure only once there has been one. */
const orZero = (expr: string) => `${expr} or vector(0)`
const perSecond = (metric: string) => `sum(rate(${metric}[$__rate_interval]))`

export const telemetryPipeline: Page = {
  uid: 'throughline-pipeline',
  title: 'Throughline: telemetry pipeline',
  description: 'Whether everything that is measured is also kept.',
  rows: [
    {
      title: 'In and out of the collector',
      height: 8,
      panels: signals.map(throughput),
    },
    {
      title: 'Losses',
      height: 8,
      panels: signals.map(losses),
    },
    {
      title: 'Queues',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Queue of each backend, share in use',
            description:
              'On disk, and kept over restarts. It fills while a backend is away and drains when it is back; at 100 % the newest is lost.',
          },
          'percentunit',
          [
            series(
              '{{exporter}}',
              'max by (exporter) (otelcol_exporter_queue_size) / max by (exporter) (otelcol_exporter_queue_capacity)',
            ),
          ],
          { max: 1, limit: 0.8 },
        ),
        timeSeries(
          {
            title: 'Traces by what sampling decided',
            description:
              'Errors, slow traces and those asked for are kept, and a share of the rest.',
          },
          'cps',
          [
            series(
              'kept',
              perSecond(
                'otelcol_processor_tail_sampling_global_count_traces_sampled{sampled="true"}',
              ),
            ),
            series(
              'dropped',
              orZero(
                perSecond(
                  'otelcol_processor_tail_sampling_global_count_traces_sampled{sampled="false"}',
                ),
              ),
            ),
          ],
          { stacked: true },
        ),
        timeSeries(
          {
            title: 'Memory',
            description:
              'Of the collector and the backends. The collector refuses data before it reaches its limit.',
          },
          'bytes',
          [
            series(
              '{{job}}',
              'max by (job) (otelcol_process_memory_rss) or max by (job) (process_resident_memory_bytes{job=~"prometheus|loki"})',
            ),
          ],
        ),
      ],
    },
    {
      title: 'Backends',
      height: 6,
      panels: [
        timeSeries({ title: 'Samples into Prometheus', description: 'A second.' }, 'cps', [
          series(
            'samples',
            'sum(rate(prometheus_tsdb_head_samples_appended_total[$__rate_interval]))',
          ),
        ]),
        timeSeries(
          {
            title: 'Series in Prometheus',
            description: 'What it costs. A label with ids in it shows here first.',
          },
          'short',
          [series('series', 'sum(prometheus_tsdb_head_series)')],
        ),
        timeSeries({ title: 'Lines into Loki', description: 'A second.' }, 'cps', [
          series('lines', 'sum(rate(loki_distributor_lines_received_total[$__rate_interval]))'),
        ]),
        stat(
          {
            title: 'Targets that answer',
            description: 'Of those that Prometheus scrapes: collector, Jaeger, Loki and itself.',
          },
          'percentunit',
          value('avg(up)'),
          ['red', [1, 'green']],
        ),
      ],
    },
  ],
}

function throughput({ name, items }: Signal): PlaceablePanel {
  return timeSeries(
    {
      title: name,
      description: `Taken from the services and handed to the backends, a second.${
        items === 'metric_points' ? ' More go out than come in: span metrics are made here.' : ''
      }`,
    },
    'cps',
    [
      series('accepted', perSecond(`otelcol_receiver_accepted_${items}`)),
      series(
        'sent to {{exporter}}',
        `sum by (exporter) (rate(otelcol_exporter_sent_${items}[$__rate_interval]))`,
      ),
    ],
  )
}

function losses({ name, items }: Signal): PlaceablePanel {
  return timeSeries(
    {
      title: `${name} not taken`,
      description:
        'Refused: the collector was short of memory, and the service tries again. No room: the queue was full, they are lost. Failed: a backend did not take them.',
    },
    'cps',
    [
      series('refused', orZero(perSecond(`otelcol_receiver_refused_${items}`))),
      series('no room', orZero(perSecond(`otelcol_exporter_enqueue_failed_${items}`))),
      series('failed', orZero(perSecond(`otelcol_exporter_send_failed_${items}`))),
    ],
  )
}
