// The first page: is it well, who calls whom, what went wrong last, and the traces of it.

import { serviceMap } from './graphs.ts'
import type { Page } from './page.ts'
import { stat, timeSeries } from './panels.ts'
import { lines, rows, series, seriesWithExemplars, value } from './queries.ts'
import { errorRatio, quantile, rate, serving } from './red.ts'
import { logs, traceTable } from './tables.ts'

const requests = 'http_server_request_duration_seconds_count{service_name="gateway"'
const failedRequests = `${requests}, http_response_status_code=~"5.."`
/** What may fail: one request in a hundred, one negotiation in ten. Faults are asked for here. */
const requestBudget = 0.01
const negotiationBudget = 0.1

const budgetColours = ['red', [0, 'orange'], [0.25, 'green']] as const

export const overview: Page = {
  uid: 'throughline-overview',
  title: 'Throughline: overview',
  description: 'Whether the system is well, who calls whom, and the last things that went wrong.',
  rows: [
    {
      title: 'Now',
      height: 4,
      panels: [
        stat(
          { title: 'Requests', description: 'Requests that the gateway answers, a second.' },
          'reqps',
          value(`sum(rate(${requests}}[$__rate_interval]))`),
        ),
        stat(
          {
            title: 'Answered within',
            description: 'The time in which the gateway answered 95 of 100 requests.',
          },
          's',
          value(
            'histogram_quantile(0.95, sum by (le) (rate(http_server_request_duration_seconds_bucket{service_name="gateway"}[$__rate_interval])))',
          ),
          ['green', [1, 'orange'], [2.5, 'red']],
        ),
        stat(
          {
            title: 'Error budget, requests',
            description:
              'What is left of it in the time shown: 1 in 100 requests may end in a 5xx. Below zero, more did.',
          },
          'percentunit',
          value(
            `1 - (sum(increase(${failedRequests}}[$__range])) / sum(increase(${requests}}[$__range])) or vector(0)) / ${requestBudget}`,
          ),
          budgetColours,
        ),
        stat(
          {
            title: 'Error budget, tasks',
            description:
              'What is left of it in the time shown: 1 in 10 negotiations may fail. Below zero, more did.',
          },
          'percentunit',
          value(
            `1 - (sum(increase(throughline_tasks_failed_total[$__range])) / (sum(increase(throughline_tasks_failed_total[$__range])) + sum(increase(throughline_tasks_completed_total[$__range]))) or vector(0)) / ${negotiationBudget}`,
          ),
          budgetColours,
        ),
        stat(
          { title: 'Negotiations', description: 'Negotiations that came to an end, a minute.' },
          'opm',
          value(
            '60 * (sum(rate(throughline_tasks_completed_total[$__rate_interval])) + (sum(rate(throughline_tasks_failed_total[$__rate_interval])) or vector(0)))',
          ),
        ),
        stat(
          {
            title: 'Alerts',
            description: 'Firing now. Prometheus says which, and why, on its page of alerts.',
          },
          'short',
          value('count(ALERTS{alertstate="firing"}) or vector(0)'),
          ['green', [1, 'red']],
        ),
      ],
    },
    {
      title: 'Each service: rate, errors, duration',
      height: 8,
      panels: [
        timeSeries(
          {
            title: 'Rate',
            description: 'Requests, calls and jobs that a service takes, a second.',
          },
          'reqps',
          [series('{{service_name}}', rate('service_name', serving))],
        ),
        timeSeries(
          {
            title: 'Errors',
            description: 'The share of them whose span ended in an error. A 4xx is none.',
          },
          'percentunit',
          [series('{{service_name}}', errorRatio('service_name', serving))],
          { max: 1, limit: 0.1 },
        ),
        timeSeries(
          {
            title: 'Duration, 95th percentile',
            description: 'Each dot is a request that was measured: it leads to its trace.',
          },
          'ms',
          [seriesWithExemplars('{{service_name}}', quantile(0.95, 'service_name', serving))],
        ),
      ],
    },
    {
      title: 'Who calls whom, and what was slow or failed',
      height: 11,
      panels: [
        serviceMap(
          {
            title: 'Services',
            description:
              'Calls a second, from the pairs of spans that the collector has matched. Stores and models are drawn by what their clients say.',
          },
          rows(
            'label_join(sum by (client, server) (rate(traces_service_graph_request_total{client!="unknown", server!="unknown"}[$__rate_interval])), "id", " to ", "client", "server")',
          ),
        ),
        traceTable(
          {
            title: 'Negotiations that failed',
            description:
              'The newest ones, after all their attempts. Click an id to see all of its spans and its logs.',
          },
          // Not by `error=true`, which Jaeger does not find in its memory.
          { service: 'orchestrator', operation: 'fail throughline-tasks', limit: 20 },
        ),
      ],
    },
    {
      title: 'Logs',
      height: 9,
      panels: [
        logs(
          {
            title: 'Latest warnings and errors',
            description: 'Open a line to see its fields: trace_id leads to its trace.',
          },
          lines('{service_namespace="throughline"} | detected_level=~"warn|error|fatal"'),
        ),
      ],
    },
  ],
}
