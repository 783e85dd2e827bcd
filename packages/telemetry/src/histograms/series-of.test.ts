import { expect, test } from 'vitest'
import { createSeriesOf } from './series-of.ts'

test('labels that are alike are one frozen object, whatever else there is to say', () => {
  const seriesOf = createSeriesOf(['method', 'status'])
  const first = seriesOf({ method: 'GET', path: '/a' })
  expect(first).toEqual({ method: 'GET' })
  expect(first).toSatisfy(Object.isFrozen)
  expect(seriesOf({ path: '/b', method: 'GET' })).toBe(first)
  expect(seriesOf({ method: 'GET', status: 200 })).toEqual({ method: 'GET', status: 200 })
})

test('holds no more than it needs, however many there are', () => {
  let madeCount = 0
  const seriesOf = createSeriesOf(['host'], (series) => {
    madeCount += 1
    return series
  })
  for (let host = 0; host < 501; host += 1) seriesOf({ host })
  seriesOf({ host: 500 })
  expect(madeCount).toBe(501)
  expect(seriesOf({ host: 0 })).toEqual({ host: 0 })
  expect(madeCount).toBe(502)
})
