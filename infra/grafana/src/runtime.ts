// Node itself: event loop, garbage collection, memory.
import {
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { prometheus } from './data-sources.ts'
import type { Page } from './page.ts'
import { timeSeries } from './panels.ts'
import { series } from './queries.ts'

const services = 'label_values(nodejs_eventloop_utilization_ratio, service_name)'

const service = new QueryVariableBuilder('service')
  .label('Service')
  .datasource(prometheus)
  .query({ qryType: 1, query: services, refId: 'service' })
  .definition(services)
  .refresh(VariableRefresh.OnTimeRangeChanged)
  .sort(VariableSort.AlphabeticalAsc)
  .multi(true)
  .includeAll(true)
  .allValue('.+')
  .current({ text: 'All', value: '$__all', selected: true })

const chosen = 'service_name=~"$service"'

export const runtime: Page = {
  uid: 'throughline-runtime',
  title: 'Throughline: runtime',
  description: 'Node itself, in each service: event loop, garbage collection, memory.',
  variables: [service],
  rows: [
    {
      title: 'Event loop',
      height: 9,
      panels: [
        timeSeries(
          {
            title: 'Utilisation',
            description:
              'The share of time in which the loop was busy. Near 100 % everything waits.',
          },
          'percentunit',
          [
            series(
              '{{service_name}}',
              `max by (service_name) (nodejs_eventloop_utilization_ratio{${chosen}})`,
            ),
          ],
          { max: 1, limit: 0.8 },
        ),
        timeSeries(
          {
            title: 'Delay, 99th percentile',
            description:
              'How late timers are. Something that blocks the loop shows here before anywhere else.',
          },
          's',
          [
            series(
              '{{service_name}}',
              `max by (service_name) (nodejs_eventloop_delay_p99_seconds{${chosen}})`,
            ),
          ],
        ),
      ],
    },
    {
      title: 'Garbage collection',
      height: 9,
      panels: [
        timeSeries(
          {
            title: 'Share of time',
            description:
              'Spent in collections, by service. Some per cent are nothing to think about.',
          },
          'percentunit',
          [
            series(
              '{{service_name}}',
              `sum by (service_name) (rate(v8js_gc_duration_seconds_sum{${chosen}}[$__rate_interval]))`,
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Collections by kind',
            description: 'Minor ones are short and many; a major one walks the whole heap.',
          },
          'ops',
          [
            series(
              '{{service_name}} {{v8js_gc_type}}',
              `sum by (service_name, v8js_gc_type) (rate(v8js_gc_duration_seconds_count{${chosen}}[$__rate_interval]))`,
            ),
          ],
        ),
      ],
    },
    {
      title: 'Memory',
      height: 9,
      panels: [
        timeSeries(
          {
            title: 'Heap in use',
            description: 'Of V8, over all spaces. A floor that keeps rising is a leak.',
          },
          'bytes',
          [
            series(
              '{{service_name}}',
              `sum by (service_name) (v8js_memory_heap_used_bytes{${chosen}})`,
            ),
          ],
        ),
        timeSeries(
          {
            title: 'Heap by space',
            description: 'New space is for what dies young; what survives moves to old space.',
          },
          'bytes',
          [
            series(
              '{{v8js_heap_space_name}}',
              `sum by (v8js_heap_space_name) (v8js_memory_heap_used_bytes{${chosen}})`,
            ),
          ],
          { stacked: true },
        ),
        timeSeries(
          {
            title: 'Open resources',
            description:
              'Sockets, timers and the like that keep the process alive. What only rises is not closed.',
          },
          'short',
          [series('{{service_name}}', `sum by (service_name) (v8js_resource_active{${chosen}})`)],
        ),
      ],
    },
  ],
}
