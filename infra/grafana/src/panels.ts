// The kinds of panels that the dashboards are made of. What a panel shows, and what to look for, is its description.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  LogsSortOrder,
  ReduceDataOptionsBuilder,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common'
import {
  type DataTransformerConfig,
  type DynamicConfigValue,
  type Panel,
  PanelBuilder,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'
import {
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapPanelBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import { PanelBuilder as LogsPanelBuilder } from '@grafana/grafana-foundation-sdk/logs'
import {
  EdgeOptionsBuilder,
  PanelBuilder as NodeGraphPanelBuilder,
  NodeOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/nodegraph'
import { PanelBuilder as StatPanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TablePanelBuilder } from '@grafana/grafana-foundation-sdk/table'
import { PanelBuilder as TimeSeriesPanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { jaeger, loki, prometheus } from './data-sources.ts'
import { type Query, type TraceSearch, traceById, traces } from './queries.ts'
import { traceLink } from './trace-link.ts'

/** A panel without its place on the page. */
export interface PlaceablePanel extends Builder<Panel> {
  id(id: number): this
  gridPos(place: { x: number; y: number; w: number; h: number }): this
}

interface About {
  readonly title: string
  readonly description: string
}

/** From which value on a colour holds; the first holds from the beginning. */
export type Colours = readonly [string, ...(readonly [number, string])[]]

export function stat(
  { title, description }: About,
  unit: string,
  query: Query,
  colours: Colours = ['blue'],
): PlaceablePanel {
  return new StatPanelBuilder()
    .title(title)
    .description(description)
    .datasource(prometheus)
    .unit(unit)
    .thresholds(thresholds(colours))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .withTarget(query.target('A'))
}

export interface TimeSeriesSettings {
  readonly stacked?: boolean
  /** Of the axis: 1 for a share that cannot be more. */
  readonly max?: number
  /** Drawn as a dashed line where it begins to matter. */
  readonly limit?: number
}

export function timeSeries(
  { title, description }: About,
  unit: string,
  queries: readonly Query[],
  { stacked = false, max, limit }: TimeSeriesSettings = {},
): PlaceablePanel {
  const panel = new TimeSeriesPanelBuilder()
    .title(title)
    .description(description)
    .datasource(prometheus)
    .unit(unit)
    .min(0)
    .lineWidth(1)
    .fillOpacity(stacked ? 30 : 8)
    .showPoints(VisibilityMode.Never)
    // A service that is away for a moment is a gap; one missing scrape is not.
    .spanNulls(60_000)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom)
        .calcs([]),
    )
    .tooltip(
      new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending),
    )
  if (stacked) panel.stacking(new StackingConfigBuilder().mode(StackingMode.Normal).group('A'))
  if (max !== undefined) panel.max(max)
  if (limit !== undefined) {
    panel
      .thresholds(thresholds(['transparent', [limit, 'red']]))
      .thresholdsStyle(
        new GraphThresholdsStyleConfigBuilder().mode(GraphThresholdsStyleMode.Dashed),
      )
  }
  for (const [index, query] of queries.entries()) panel.withTarget(query.target(refIdOf(index)))
  return panel
}

/** How durations are spread, and not only where a percentile lies. */
export function heatmap({ title, description }: About, unit: string, query: Query): PlaceablePanel {
  return new HeatmapPanelBuilder()
    .title(title)
    .description(description)
    .datasource(prometheus)
    .calculate(false)
    .color(
      new HeatmapColorOptionsBuilder()
        .mode(HeatmapColorMode.Scheme)
        .scheme('Oranges')
        .exponent(0.5)
        .steps(64),
    )
    .yAxis(new YAxisConfigBuilder().unit(unit))
    .withTarget(query.target('A'))
}

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

/** The SDK has no builder for this panel, which has no options that matter here. */
export function traceView({ title, description }: About, traceId: string): PlaceablePanel {
  return new PanelBuilder()
    .type('traces')
    .title(title)
    .description(description)
    .datasource(jaeger)
    .noValue('Choose a trace below.')
    .withTarget(traceById(traceId).target('A'))
}

/** Made of edges alone: rows with `id`, `source`, `target` and a number. Nodes add up what comes in. */
export function serviceMap({ title, description }: About, query: Query): PlaceablePanel {
  return new NodeGraphPanelBuilder()
    .title(title)
    .description(description)
    .datasource(prometheus)
    .nodes(new NodeOptionsBuilder().mainStatUnit('reqps'))
    .edges(new EdgeOptionsBuilder().mainStatUnit('reqps'))
    .transformations([
      {
        id: 'organize',
        options: {
          excludeByName: { Time: true },
          renameByName: {
            client: 'source',
            server: 'target',
            Value: 'mainstat',
            'Value #A': 'mainstat',
          },
        },
      },
    ])
    .withTarget(query.target('A'))
}

function thresholds([base, ...rest]: Colours): ThresholdsConfigBuilder {
  const steps: Threshold[] = [
    { value: null, color: base },
    ...rest.map(([value, color]) => ({ value, color })),
  ]
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps)
}

function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}
