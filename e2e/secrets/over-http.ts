// Secrets in every part of a request to the gateway, from one it trusts, a stranger, and one whose key is wrong.
import { plantedListing } from './in-the-database.ts'
import { secrets } from './words.ts'

export interface Answer {
  readonly status: number
  readonly body: string
}

export async function plantOverHttp(gatewayUrl: string): Promise<Answer[]> {
  const json = { 'content-type': 'application/json' }
  const call = async (path: string, key: string, init: RequestInit = {}): Promise<Answer> => {
    const headers = { ...everywhere, ...json, authorization: `Bearer ${key}`, ...init.headers }
    const response = await fetch(new URL(path, gatewayUrl), { method: 'POST', ...init, headers })
    return { status: response.status, body: await response.text() }
  }
  const search = (key: string, body: object, headers = {}) =>
    call('/v1/search', key, { body: JSON.stringify(body), headers })
  const negotiate = (key: string, listingId: string, headers = {}) => {
    const body = JSON.stringify({ listingId, budgetCents: 85_000 })
    return call('/v1/negotiate', key, { body, headers })
  }
  const get = (path: string, headers = {}) =>
    call(path, secrets.trustedKey, { method: 'GET', headers })
  const { trustedKey, strangeKey, wrongKey } = secrets
  const answers: Answer[] = []
  const plant = async (planting: Promise<Answer>) => void answers.push(await planting)

  await plant(search(trustedKey, { query: secrets.title }, trusted))
  await plant(search(strangeKey, { query: secrets.bodyField, category: secrets.category }, strange))
  await plant(search(wrongKey, { query: secrets.bodyField }))
  await plant(search(trustedKey, { query: 'bicycle', pageToken: secrets.pageToken }))
  await plant(search(trustedKey, { query: 7, [secrets.unknownField]: secrets.unknownValue }))
  await plant(call('/v1/search', trustedKey, { body: `{"query": "${secrets.brokenBody}` }))
  const type = { 'content-type': `text/${secrets.contentType}` }
  await plant(call('/v1/search', trustedKey, { body: secrets.brokenBody, headers: type }))
  const asked = `?${secrets.queryName}=${secrets.queryString}`
  await plant(call(`/v1/search${asked}`, trustedKey, { body: '{"query":"bicycle"}' }))
  await plant(get(`/v1/tasks/${secrets.pathSegment}${asked}`))
  await plant(
    get(`/v1/tasks/${secrets.pathSegment}/events`, { 'last-event-id': secrets.lastEvent }),
  )
  await plant(get(`/${secrets.unknownPath}`))
  await plant(get('/v1/search', { traceparent: `00-${secrets.traceparent}-00-01` }))

  await plant(negotiate(trustedKey, secrets.listingId))
  await plant(negotiate(trustedKey, secrets.sqlValue))
  await plant(negotiate(trustedKey, secrets.refusedRow))
  const waiting = { prefer: `wait=30, note=${secrets.preference}` }
  await plant(negotiate(strangeKey, plantedListing, { ...strange, ...waiting }))
  await plant(negotiate(trustedKey, plantedListing, { ...trusted, ...waiting }))
  const failing = { 'x-throughline-fault': 'model-error' }
  await plant(negotiate(trustedKey, plantedListing, { ...trusted, ...waiting, ...failing }))
  const unknownFault = { 'x-throughline-fault': secrets.fault }
  await plant(negotiate(trustedKey, plantedListing, { ...waiting, ...unknownFault }))
  return answers
}

const everywhere = {
  [`x-${secrets.headerName}`]: secrets.header,
  'user-agent': secrets.userAgent,
  referer: `https://shop.example/${secrets.referer}`,
  cookie: `session=${secrets.cookie}`,
  'x-forwarded-for': secrets.forwarded,
  'x-request-id': secrets.header,
}
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const trusted = {
  traceparent,
  baggage: `user=${secrets.trustedBaggage}`,
  tracestate: `vendor=${secrets.trustedTracestate}`,
}
const strange = {
  traceparent,
  baggage: `user=${secrets.strangeBaggage}`,
  tracestate: `vendor=${secrets.strangeTracestate}`,
}
