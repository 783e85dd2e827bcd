// A dashboard as rows of panels: each row shares its width among its panels, and stands below the one before.

import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  type DashboardLink,
  DashboardLinkBuilder,
  DashboardLinkType,
  RowBuilder,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { PlaceablePanel } from './panel.ts'

export interface Row {
  readonly title: string
  readonly height: number
  readonly panels: readonly PlaceablePanel[]
}

export interface Page {
  readonly uid: string
  readonly title: string
  readonly description: string
  readonly variables?: readonly Builder<VariableModel>[]
  readonly rows: readonly Row[]
  readonly from?: string
  /** How often it asks again; empty for never. */
  readonly refresh?: string
  /** Reached by links that bring what it needs, and not by its name. */
  readonly unlisted?: boolean
}

const gridWidth = 24
/** Each page offers all dashboards that have it. */
const listed = 'throughline'

export function buildPage(page: Page): Dashboard {
  const dashboard = new DashboardBuilder(page.title)
    .uid(page.uid)
    .description(page.description)
    .tags(page.unlisted ? [] : [listed])
    .editable()
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .time({ from: page.from ?? 'now-15m', to: 'now' })
    .refresh(page.refresh ?? '10s')
    .variables([...(page.variables ?? [])])
    .link({ build: linksToPages })

  let id = 1
  let y = 0
  for (const { title, height, panels } of page.rows) {
    dashboard.withRow(new RowBuilder(title).id(id++).gridPos({ x: 0, y: y++, w: gridWidth, h: 1 }))
    const w = Math.floor(gridWidth / panels.length)
    for (const [index, panel] of panels.entries()) {
      dashboard.withPanel(panel.id(id++).gridPos({ x: index * w, y, w, h: height }))
    }
    y += height
  }
  return dashboard.build()
}

function linksToPages(): DashboardLink {
  const link = new DashboardLinkBuilder('Dashboards')
    .type(DashboardLinkType.Dashboards)
    .tags([listed])
    .keepTime(true)
    .build()
  // The SDK puts them into a menu; without a placement they stand above the panels.
  delete link.placement
  return link
}
