// The gateway by route, and the calls behind it.
import {
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { prometheus } from './data-sources.ts'
import type { Page } from './page.ts'
import { heatmap, timeSeries } from './panels.ts'
import { heatmapBuckets, rows, series, seriesWithExemplars } from './queries.ts'
import { errorRatio, quantile, rate } from './red.ts'
import { table, traceTable } from './tables.ts'

const served = 'service_name="gateway", span_kind="SPAN_KIND_SERVER", span_name=~"$route"'

/** A span of the gateway is named after its method and route. */
const route = new QueryVariableBuilder('route')
  .label('Route')
  .datasource(prometheus)
  .query({
    qryType: 1,
    query:
      'label_values(traces_span_metrics_calls_total{service_name="gateway", span_kind="SPAN_KIND_SERVER"}, span_name)',
    refId: 'route',
  })
  .definition(
    'label_values(traces_span_metrics_calls_total{service_name="gateway", span_kind="SPAN_KIND_SERVER"}, span_name)',
  )
  .refresh(VariableRefresh.OnTimeRangeChanged)
  .sort(VariableSort.AlphabeticalAsc)
  .multi(true)
  .includeAll(true)
  .allValue('.+')
  .current({ text: 'All', value: '$__all', selected: true })

export const requests: Page = {
  uid: 'throughline-requests',
  title: 'Throughline: requests',
  description: 'The gateway by route, and the calls behind it.',
  variables: [route],
  rows: [
    {
      title: 'Routes',
      height: 7,
      panels: [
        table(
          { title: 'Routes', description: 'Each route over the last minutes.' },
          [
            rows(rate('span_name', served)),
            rows(errorRatio('span_name', served)),
            rows(quantile(0.5, 'span_name', served)),
            rows(quantile(0.95, 'span_name', served)),
            rows(quantile(0.99, 'span_name', served)),
          ],
          [
            { field: 'span_name', title: 'Route' },
            { field: 'Value #A', title: 'Rate', unit: 'reqps' },
            {
              field: 'Value #B',
              title: 'Errors',
              unit: 'percentunit',
              colours: ['green', [0.01, 'orange'], [0.05, 'red']],
            },
            { field: 'Value #C', title: 'Half within', unit: 'ms' },
            { field: 'Value #D', title: '95 % within', unit: 'ms' },
            { field: 'Value #E', title: '99 % within', unit: 'ms' },
          ],
        ),
      ],
    },
    {
      title: 'Over time',
      height: 8,
      panels: [
        timeSeries(
          { title: 'Rate by route', description: 'Requests a second.' },
          'reqps',
          [series('{{span_name}}', rate('span_name', served))],
          { stacked: true },
        ),
        timeSeries(
          {
            title: 'Rate by status',
            description: 'What the gateway answered. 429 is the rate limit at work.',
          },
          'reqps',
          [
            series(
              '{{http_response_status_code}}',
              'sum by (http_response_status_code) (rate(http_server_request_duration_seconds_count{service_name="gateway"}[$__rate_interval]))',
            ),
          ],
          { stacked: true },
        ),
      ],
    },
    {
      title: 'Durations',
      height: 9,
      panels: [
        timeSeries(
          {
            title: '95th percentile by route',
            description: 'Each dot is a request that was measured: it leads to its trace.',
          },
          'ms',
          [seriesWithExemplars('{{span_name}}', quantile(0.95, 'span_name', served))],
        ),
        heatmap(
          {
            title: 'All requests by duration',
            description:
              'The darker, the more requests took so long. Two bands are two kinds of work.',
          },
          'ms',
          heatmapBuckets(
            `sum by (le) (increase(traces_span_metrics_duration_milliseconds_bucket{${served}}[$__rate_interval]))`,
          ),
        ),
      ],
    },
    {
      title: 'Behind the gateway',
      height: 8,
      panels: [
        timeSeries(
          { title: 'Calls to core', description: 'gRPC calls that core answers, a second.' },
          'reqps',
          [
            series(
              '{{rpc_method}}',
              'sum by (rpc_method) (rate(rpc_server_call_duration_seconds_count[$__rate_interval]))',
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Duration of calls to core, 95th percentile',
            description: 'As core measured it.',
          },
          's',
          [
            series(
              '{{rpc_method}}',
              'histogram_quantile(0.95, sum by (rpc_method, le) (rate(rpc_server_call_duration_seconds_bucket[$__rate_interval])))',
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Calls to core that failed',
            description: 'As their callers saw it, core being away included.',
          },
          'reqps',
          [
            series(
              '{{service_name}} {{rpc_status_code}}',
              'sum by (service_name, rpc_status_code) (rate(rpc_client_call_duration_seconds_count{error_type!=""}[$__rate_interval]))',
            ),
          ],
        ),
        timeSeries(
          {
            title: 'What is left of the rate limits',
            description: 'Of a minute of each tenant, as the gateway last saw it.',
          },
          'short',
          [series('{{tenant}}', 'min by (tenant) (throughline_rate_limit_tokens_remaining)')],
        ),
      ],
    },
    {
      title: 'Traces',
      height: 9,
      panels: [
        traceTable(
          {
            title: 'Latest negotiations',
            description: 'From the request to the last row. Click an id to see it.',
          },
          { service: 'gateway', operation: 'POST /v1/negotiate', limit: 20 },
        ),
        traceTable(
          { title: 'Latest searches', description: 'The short path: gateway, core, PostgreSQL.' },
          { service: 'gateway', operation: 'POST /v1/search', limit: 20 },
        ),
      ],
    },
  ],
}
