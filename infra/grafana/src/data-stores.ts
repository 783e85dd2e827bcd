// PostgreSQL, Redis and the queue, as their clients see them.
import type { Page } from './page.ts'
import { timeSeries } from './panels.ts'
import { series, seriesWithExemplars } from './queries.ts'
import { errorRatio, quantile, rate } from './red.ts'

const sql = 'span_kind="SPAN_KIND_CLIENT", span_name=~"pg.query:.*"'
/** A command of Redis names its span, in small letters; no other client span has such a name. */
const redis = 'span_kind="SPAN_KIND_CLIENT", span_name=~"[a-z]+"'

export const dataStores: Page = {
  uid: 'throughline-data-stores',
  title: 'Throughline: data stores',
  description: 'PostgreSQL, Redis and the queue, as their clients see them.',
  rows: [
    {
      title: 'PostgreSQL',
      height: 8,
      panels: [
        timeSeries(
          { title: 'Statements', description: 'By verb, a second. Core is the only client.' },
          'ops',
          [
            series(
              '{{db_operation_name}}',
              'sum by (db_operation_name) (rate(db_client_operation_duration_seconds_count[$__rate_interval]))',
            ),
          ],
          { stacked: true },
        ),
        timeSeries(
          {
            title: 'Duration of a statement, 95th percentile',
            description: 'Each dot is a statement that was measured: it leads to its trace.',
          },
          'ms',
          [seriesWithExemplars('{{span_name}}', quantile(0.95, 'span_name', sql))],
        ),
        timeSeries(
          {
            title: 'Connections',
            description:
              'Of the pool. Requests that wait for one are a pool too small or statements too slow.',
          },
          'short',
          [
            series(
              '{{db_client_connection_state}}',
              'sum by (db_client_connection_state) (db_client_connection_count)',
            ),
            series('waiting for one', 'sum(db_client_connection_pending_requests)'),
            series('allowed', 'sum(db_client_connection_max)'),
          ],
        ),
      ],
    },
    {
      title: 'Redis',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Commands',
            description:
              'Those sent on behalf of a request or a job, a second. Polls are not traced.',
          },
          'ops',
          [series('{{service_name}} {{span_name}}', rate('service_name, span_name', redis))],
          { stacked: true },
        ),
        timeSeries(
          {
            title: 'Duration of a command, 95th percentile',
            description: 'Each dot is a command that was measured: it leads to its trace.',
          },
          'ms',
          [
            seriesWithExemplars(
              '{{service_name}} {{span_name}}',
              quantile(0.95, 'service_name, span_name', redis),
            ),
          ],
        ),
        timeSeries(
          { title: 'Commands that failed', description: 'As a share of all.' },
          'percentunit',
          [series('{{service_name}}', errorRatio('service_name', redis))],
          { max: 1, limit: 0.01 },
        ),
      ],
    },
    {
      title: 'The queue',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Into it and out of it',
            description: 'Jobs a second. What goes in and does not come out is waiting.',
          },
          'ops',
          [
            series('added', rate('', 'span_kind="SPAN_KIND_PRODUCER"')),
            series('taken', rate('', 'span_kind="SPAN_KIND_CONSUMER"')),
            series(
              'put back',
              'sum(rate(bullmq_jobs_delayed_total[$__rate_interval])) or vector(0)',
            ),
            series(
              'given up',
              'sum(rate(bullmq_jobs_failed_total[$__rate_interval])) or vector(0)',
            ),
          ],
        ),
        timeSeries(
          {
            title: 'From the commit to the queue',
            description:
              'How long a job stood in the outbox. Milliseconds while Redis is there; it rises while Redis is away.',
          },
          's',
          [
            series(
              'half within',
              'histogram_quantile(0.5, sum by (le) (rate(throughline_outbox_delay_seconds_bucket[$__rate_interval])))',
            ),
            series(
              '95 % within',
              'histogram_quantile(0.95, sum by (le) (rate(throughline_outbox_delay_seconds_bucket[$__rate_interval])))',
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Workers',
            description: 'Tasks in the hands of each, and how many workers there are.',
          },
          'short',
          [
            series('{{worker}}', 'sum by (worker) (throughline_worker_current_tasks)'),
            series('workers', 'sum(throughline_workers_active)'),
          ],
        ),
      ],
    },
  ],
}
