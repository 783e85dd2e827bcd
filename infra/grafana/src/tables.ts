// Panels that show rows: values by their labels, lines of logs, traces that were found.
import { LogsSortOrder } from '@grafana/grafana-foundation-sdk/common'
import type {
  DataTransformerConfig,
  DynamicConfigValue,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { PanelBuilder as LogsPanelBuilder } from '@grafana/grafana-foundation-sdk/logs'
import { PanelBuilder as TablePanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { jaeger, loki, prometheus } from './data-sources.ts'
import { type About, type Colours, type PlaceablePanel, refIdOf, thresholds } from './panel.ts'
import { type Query, type TraceSearch, traces } from './queries.ts'
import { traceLink } from './trace-link.ts'

export interface Column {
  /** As Grafana names it: a label, or `Value #A` for what query A answers. */
  readonly field: string
  readonly title: string
  readonly unit?: string
  readonly colours?: Colours
}

/** One row for each set of labels, one column for each query. */
export function table(
  { title, description }: About,
  queries: readonly Query[],
  columns: readonly Column[],
): PlaceablePanel {
  const panel = new TablePanelBuilder().title(title).description(description).datasource(prometheus)
  for (const [index, query] of queries.entries()) panel.withTarget(query.target(refIdOf(index)))
  panel.transformations([{ id: 'merge', options: {} }, arrange(columns)])
  for (const { title: name, unit, colours } of columns) {
    const properties: DynamicConfigValue[] = []
    if (unit) properties.push({ id: 'unit', value: unit })
    if (colours) {
      properties.push(
        { id: 'thresholds', value: thresholds(colours).build() },
        { id: 'custom.cellOptions', value: { type: 'color-text' } },
      )
    }
    if (properties.length > 0) panel.overrideByName(name, properties)
  }
  return panel
}

function arrange(columns: readonly Column[]): DataTransformerConfig {
  return {
    id: 'organize',
    options: {
      excludeByName: { Time: true },
      indexByName: Object.fromEntries(columns.map(({ field }, index) => [field, index])),
      renameByName: Object.fromEntries(columns.map(({ field, title }) => [field, title])),
    },
  }
}

export function logs({ title, description }: About, query: Query): PlaceablePanel {
  return new LogsPanelBuilder()
    .title(title)
    .description(description)
    .datasource(loki)
    .showTime(true)
    .showLabels(false)
    .wrapLogMessage(true)
    .enableLogDetails(true)
    .sortOrder(LogsSortOrder.Descending)
    .withTarget(query.target('A'))
}

/** Traces found by Jaeger, newest first. Their ids lead to the dashboard that shows one. */
export function traceTable({ title, description }: About, search: TraceSearch): PlaceablePanel {
  return new TablePanelBuilder()
    .title(title)
    .description(description)
    .datasource(jaeger)
    .overrideByName('Trace ID', [
      { id: 'links', value: [{ title: 'Show this trace', url: traceLink }] },
      { id: 'custom.width', value: 280 },
    ])
    .overrideByName('Duration', [{ id: 'custom.width', value: 110 }])
    .overrideByName('Start time', [{ id: 'custom.width', value: 170 }])
    .withTarget(traces(search).target('A'))
}
