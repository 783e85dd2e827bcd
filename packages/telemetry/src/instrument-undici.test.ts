import { expect, test } from 'vitest'
import { readMetrics } from '../fixtures/read-metrics.ts'
import { recordScript } from '../fixtures/record-script.ts'

test('a fetch that timed out says so, by the name of its error', async () => {
  const { received } = await recordScript('timed-out-fetch')
  const span = received.spans.find(({ name }) => name === 'GET')
  expect(span).toMatchObject({ status: 'ERROR', attributes: { 'error.type': 'TimeoutError' } })
  const durations = readMetrics(received).filter(
    ({ name }) => name === 'http.client.request.duration',
  )
  expect(durations.map(({ attributes }) => attributes['error.type'])).toEqual(['TimeoutError'])
  expect(JSON.stringify(received.requests)).not.toContain('"23"')
})
