// Panels that show numbers.
import {
  BigValueColorMode,
  BigValueGraphMode,
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
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
  HeatmapColorMode,
  HeatmapColorOptionsBuilder,
  PanelBuilder as HeatmapPanelBuilder,
  YAxisConfigBuilder,
} from '@grafana/grafana-foundation-sdk/heatmap'
import {
  PanelBuilder as PieChartPanelBuilder,
  PieChartType,
} from '@grafana/grafana-foundation-sdk/piechart'
import { PanelBuilder as StatPanelBuilder } from '@grafana/grafana-foundation-sdk/stat'
import { PanelBuilder as TimeSeriesPanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries'
import { prometheus } from './data-sources.ts'
import { type About, type Colours, type PlaceablePanel, refIdOf, thresholds } from './panel.ts'
import type { Query } from './queries.ts'

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

/** Shares of a whole, one slice for each set of labels. */
export function pie(
  { title, description }: About,
  unit: string,
  query: Query,
  label: string,
): PlaceablePanel {
  return new PieChartPanelBuilder()
    .title(title)
    .description(description)
    .datasource(prometheus)
    .unit(unit)
    .displayName(`\${__field.labels.${label}}`)
    .pieType(PieChartType.Donut)
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).fields('').values(false))
    .withTarget(query.target('A'))
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
