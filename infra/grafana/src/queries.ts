// What a panel asks: Prometheus for numbers, Loki for lines, Jaeger for traces.
import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog'
import {
  DataqueryBuilder as LokiQueryBuilder,
  LokiQueryType,
} from '@grafana/grafana-foundation-sdk/loki'
import {
  DataqueryBuilder as PrometheusQueryBuilder,
  PromQueryFormat,
} from '@grafana/grafana-foundation-sdk/prometheus'
import { jaeger, loki, prometheus } from './data-sources.ts'

export interface Query {
  /** With the letter by which the panel tells its queries apart. */
  readonly target: (refId: string) => Builder<Dataquery>
}

/** Over the time shown. The legend is Grafana's: `{{service_name}}`. */
export function series(legend: string, expr: string): Query {
  return { target: (refId) => promql(refId, expr).range().legendFormat(legend) }
}

/** With the traces that were measured, as dots that lead to them. Span metrics alone have them. */
export function seriesWithExemplars(legend: string, expr: string): Query {
  return { target: (refId) => promql(refId, expr).range().legendFormat(legend).exemplar(true) }
}

/** One value, as of the end of the time shown. */
export function value(expr: string): Query {
  return { target: (refId) => promql(refId, expr).instant() }
}

/** One row a series, its labels as columns. */
export function rows(expr: string): Query {
  return { target: (refId) => promql(refId, expr).instant().format(PromQueryFormat.Table) }
}

export function heatmapBuckets(expr: string): Query {
  return {
    target: (refId) =>
      promql(refId, expr).range().format(PromQueryFormat.Heatmap).legendFormat('{{le}}'),
  }
}

export function lines(expr: string): Query {
  return {
    target: (refId) =>
      new LokiQueryBuilder()
        .datasource(loki)
        .refId(refId)
        .expr(expr)
        .queryType(LokiQueryType.Range)
        .maxLines(200),
  }
}

export interface TraceSearch {
  readonly service: string
  readonly operation?: string
  /** logfmt: `error.type=model_unavailable http.request.method=POST`. */
  readonly tags?: string
  readonly minDuration?: string
  readonly limit: number
}

/** The SDK has no builder for Jaeger; these are the fields that its data source reads. */
export function traces(search: TraceSearch): Query {
  return jaegerQuery({ queryType: 'search', ...search })
}

export function traceById(query: string): Query {
  return jaegerQuery({ query })
}

function jaegerQuery(fields: Readonly<Record<string, unknown>>): Query {
  return {
    target: (refId) => ({
      build: () => ({ refId, datasource: jaeger, ...fields }) as unknown as Dataquery,
    }),
  }
}

function promql(refId: string, expr: string): PrometheusQueryBuilder {
  return new PrometheusQueryBuilder().datasource(prometheus).refId(refId).expr(expr)
}
