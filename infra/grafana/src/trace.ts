// One trace, with its logs: where trace ids lead to, for everyone who may look.
import { TextBoxVariableBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import { traceView } from './graphs.ts'
import type { Page } from './page.ts'
import { lines } from './queries.ts'
import { logs, traceTable } from './tables.ts'
import { traceDashboardUid } from './trace-link.ts'

const trace = new TextBoxVariableBuilder('trace').label('Trace').defaultValue('')

export const tracePage: Page = {
  uid: traceDashboardUid,
  title: 'Throughline: one trace',
  description: 'All spans of one trace and all log lines that carry its id.',
  variables: [trace],
  from: 'now-6h',
  refresh: '',
  unlisted: true,
  rows: [
    {
      title: 'The trace',
      height: 20,
      panels: [
        traceView(
          {
            title: 'Trace',
            description: 'Click a span for its attributes, events and links.',
          },
          '$trace',
        ),
      ],
    },
    {
      title: 'Its logs',
      height: 9,
      panels: [
        logs(
          { title: 'Log lines', description: 'Of every service that took part, oldest first.' },
          lines('{service_namespace="throughline"} | trace_id="$trace"'),
        ),
      ],
    },
    {
      title: 'Others',
      height: 9,
      panels: [
        traceTable(
          { title: 'Latest negotiations', description: 'Click an id to see it here.' },
          { service: 'gateway', operation: 'POST /v1/negotiate', limit: 20 },
        ),
      ],
    },
  ],
}
