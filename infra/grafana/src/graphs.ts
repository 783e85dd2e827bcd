// Panels that draw what is connected: the spans of a trace, the services that call each other.
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/dashboard'
import {
  EdgeOptionsBuilder,
  PanelBuilder as NodeGraphPanelBuilder,
  NodeOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/nodegraph'
import { jaeger, prometheus } from './data-sources.ts'
import type { About, PlaceablePanel } from './panel.ts'
import { type Query, traceById } from './queries.ts'

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
