import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, test } from 'vitest'
import { buildDashboards, printDashboard } from './dashboards.ts'

const folder = join(import.meta.dirname, '../dashboards')
const dashboards = [...buildDashboards()].map(([name, dashboard]) => ({ name, dashboard }))

test('generating again changes nothing', () => {
  const committed = readdirSync(folder)
    .sort()
    .map((name) => [name, readFileSync(join(folder, name), 'utf8')])
  const generated = dashboards
    .map(({ name, dashboard }) => [name, printDashboard(dashboard)])
    .sort()
  expect(committed).toEqual(generated)
})

test('each dashboard has an address of its own', () => {
  const uids = dashboards.map(({ dashboard }) => dashboard.uid)
  expect(new Set(uids).size).toBe(dashboards.length)
})

describe.each(dashboards)('$name', ({ dashboard }) => {
  const panels = (dashboard.panels ?? []).filter((panel): panel is Panel => panel.type !== 'row')

  test('is classic, and says what it is for', () => {
    expect(dashboard).toMatchObject({
      schemaVersion: 42,
      title: expect.any(String),
      description: expect.stringMatching(/\.$/),
      uid: expect.stringMatching(/^throughline-[a-z-]{3,28}$/),
    })
  })

  test('places each panel on free ground', () => {
    const taken = new Map<string, string>()
    for (const { title = '', gridPos } of dashboard.panels ?? []) {
      const { x, y, w, h } = gridPos ?? { x: -1, y: -1, w: 0, h: 0 }
      expect({ title, fits: x >= 0 && y >= 0 && w > 0 && h > 0 && x + w <= 24 }).toEqual({
        title,
        fits: true,
      })
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          const cell = `${column},${line}`
          expect({ title, on: taken.get(cell) }).toEqual({ title, on: undefined })
          taken.set(cell, title)
        }
      }
    }
  })

  test('tells its panels apart', () => {
    const ids = (dashboard.panels ?? []).map(({ id }) => id)
    expect(ids).not.toContain(undefined)
    expect(new Set(ids).size).toBe(ids.length)
    const titles = panels.map(({ title }) => title)
    expect(new Set(titles).size).toBe(titles.length)
  })

  test.each(panels.map((panel) => ({ ...panel, title: panel.title ?? '' })))(
    '"$title" explains itself, has a unit, and asks',
    (panel) => {
      expect(panel.description).toMatch(/\.$/)
      const measures = ['stat', 'timeseries', 'piechart'].includes(panel.type)
      expect(typeof panel.fieldConfig?.defaults?.unit).toBe(measures ? 'string' : 'undefined')
      const letters = (panel.targets ?? []).map((target) => Reflect.get(target, 'refId'))
      expect(letters).toEqual([...'ABCDE'].slice(0, letters.length))
      expect(letters).not.toEqual([])
    },
  )

  test.each(panels.filter(({ type }) => type === 'timeseries'))(
    'the legend of "$title" names what tells its lines apart',
    ({ targets = [] }) => {
      for (const target of targets) {
        const expr = String(Reflect.get(target, 'expr'))
        const legend = String(Reflect.get(target, 'legendFormat'))
        const named = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label)
        const kept = [...expr.matchAll(/\bby \(([^)]*)\)/g)].map(([, labels = '']) =>
          labels.split(/,\s*/).filter((label) => label !== '' && label !== 'le'),
        )
        for (const labels of kept) expect(labels).toEqual(named)
        expect(legend).not.toBe('')
      }
    },
  )
})
