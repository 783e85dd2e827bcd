// What every kind of panel has.
import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  type Panel,
  type Threshold,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard'

/** A panel without its place on the page. */
export interface PlaceablePanel extends Builder<Panel> {
  id(id: number): this
  gridPos(place: { x: number; y: number; w: number; h: number }): this
}

/** What a panel shows, and what to look for, is its description. */
export interface About {
  readonly title: string
  readonly description: string
}

/** From which value on a colour holds; the first holds from the beginning. */
export type Colours = readonly [string, ...(readonly [number, string])[]]

export function thresholds([base, ...rest]: Colours): ThresholdsConfigBuilder {
  const steps: Threshold[] = [
    { value: null, color: base },
    ...rest.map(([value, color]) => ({ value, color })),
  ]
  return new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps)
}

/** The letter by which a panel tells its queries apart. */
export function refIdOf(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index)
}
