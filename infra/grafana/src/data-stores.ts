// PostgreSQL, Redis and the queue, as their clients see them.
import type { Page } from './page.ts'
import { timeSeries } from './panels.ts'
import { series, seriesWithExemplars } from './queries.ts'
import { quantile, rate } from './red.ts'

const sql = 'span_kind="SPAN_KIND_CLIENT", span_name=~"pg.query:.*"'
/** A command of Redis names its span, in small letters; no other client span has such a name. */
const redis = 'span_kind="SPAN_KIND_CLIENT", span_name=~"[a-z]+"'
const operations = (system: string, by: string, more = '') =>
  `sum by (${by}) (rate(db_client_operation_duration_seconds_count{db_system_name="${system}"${more}}[$__rate_interval]))`
const allCommands = operations('redis', 'service_name')
const failedCommands = operations('redis', 'service_name', ', error_type!=""')
const jobs = (state: string) =>
  `sum(rate(messaging_process_duration_seconds_count{bullmq_job_state="${state}"}[$__rate_interval])) or vector(0)`

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
          [series('{{db_operation_name}}', operations('postgresql', 'db_operation_name'))],
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
            series('allowed', 'sum(db_client_connection_limit)'),
          ],
        ),
        timeSeries(
          {
            title: 'Wait for a connection',
            description:
              'From asking the pool to having one. Fractions of a millisecond, unless all are in use.',
          },
          's',
          [
            series(
              '95 % within',
              'histogram_quantile(0.95, sum by (le) (rate(db_client_connection_wait_time_seconds_bucket[$__rate_interval])))',
            ),
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
            description: 'All that were sent, a second, but for those that wait for data.',
          },
          'ops',
          [
            series(
              '{{service_name}} {{db_operation_name}}',
              operations('redis', 'service_name, db_operation_name'),
            ),
          ],
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
          {
            title: 'Commands that failed',
            description: 'As a share of all: refused by Redis, or not answered in time.',
          },
          'percentunit',
          [series('{{service_name}}', `${failedCommands} / ${allCommands} or 0 * ${allCommands}`)],
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
            series('put back', jobs('delayed')),
            series('given up', jobs('failed')),
          ],
        ),
        timeSeries(
          {
            title: 'In it',
            description:
              'Jobs by state, as core sees them. Waiting ones lack a worker, delayed ones are tried again later.',
          },
          'short',
          [
            series(
              '{{bullmq_queue_jobs_state}}',
              'max by (bullmq_queue_jobs_state) (bullmq_queue_jobs{bullmq_queue_jobs_state=~"waiting|active|delayed|prioritized"})',
            ),
          ],
          { stacked: true },
        ),
        timeSeries(
          {
            title: 'Age of the job that is next',
            description:
              'Zero while workers keep up. At the dashed line there is an alert: JobsGrowOld.',
          },
          's',
          [series('oldest', 'max(throughline_queue_oldest_job_age_seconds)')],
          { limit: 30 },
        ),
      ],
    },
    {
      title: 'Jobs',
      height: 8,
      panels: [
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
            title: 'Age of the oldest task that waits',
            description:
              'In Postgres for its turn, or in the queue behind others. At the dashed line there is an alert: TasksGrowOld.',
          },
          's',
          [series('oldest', 'max(throughline_tasks_oldest_waiting_age_seconds)')],
          { limit: 300 },
        ),
        timeSeries(
          {
            title: 'Attempts that a job took',
            description: 'Until it was done or given up. One, as long as nothing goes wrong.',
          },
          'short',
          [
            series(
              '{{bullmq_job_state}}',
              'sum by (bullmq_job_state) (rate(throughline_queue_job_attempts_sum[$__rate_interval])) / sum by (bullmq_job_state) (rate(throughline_queue_job_attempts_count[$__rate_interval]))',
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
            series('{{worker}}', 'max by (worker) (throughline_worker_current_tasks)'),
            series('workers', 'max(throughline_workers_active)'),
          ],
        ),
      ],
    },
  ],
}
