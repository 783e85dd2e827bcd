import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { startGateway, type TestGateway } from '../testing/start-gateway.ts'

interface Operation {
  readonly operationId?: string
  readonly security?: object[]
  readonly requestBody?: { readonly content: Record<string, { readonly example?: unknown }> }
  readonly responses: Record<string, { content?: Record<string, { schema?: object }> }>
}

interface Document {
  readonly openapi: string
  readonly paths: Record<string, Record<string, Operation>>
  readonly components: { readonly schemas: object; readonly securitySchemes: object }
}

let gateway: TestGateway
let document: Document

beforeAll(async () => {
  gateway = await startGateway({ redisUrl: inject('redisUrl') })
  document = (await (await gateway.fetch('/docs/json', { key: null })).json()) as Document
})
afterAll(() => gateway.stop())

test('the document is valid OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate({ ...document })
  expect(errors).toBeUndefined()
  expect(valid).toBe(true)
  expect(document.openapi).toBe('3.1.0')
})

test('it describes every route there is, and the page that shows it none', () => {
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  )
  expect(described.sort()).toEqual([
    'DELETE /v1/tasks/{id}',
    'GET /healthz',
    'GET /readyz',
    'GET /v1/tasks/{id}',
    'GET /v1/tasks/{id}/events',
    'POST /v1/negotiate',
    'POST /v1/review-prices',
    'POST /v1/search',
    'POST /v1/summarise-listing',
  ])
  const routed = gateway.app.printRoutes({ commonPrefix: false })
  const paths = ['negotiate', 'review-prices', 'search', 'summarise-listing', 'tasks', 'events']
  for (const path of ['healthz', 'readyz', ...paths]) expect(routed).toContain(path)
})

test('every keyed operation documents its refusals as problems, all by one schema', () => {
  for (const [path, operations] of Object.entries(document.paths)) {
    if (!path.startsWith('/v1/')) continue
    for (const { security, responses, operationId } of Object.values(operations)) {
      expect(operationId).toBeTruthy()
      expect(security).toEqual([{ apiKey: [] }])
      for (const status of ['400', '401', '429', '503', '504']) {
        const { schema } = responses[status]?.content?.['application/problem+json'] ?? {}
        expect(schema).toEqual({ $ref: '#/components/schemas/Problem' })
      }
    }
  }
  expect(Object.keys(document.components.schemas).sort()).toEqual(['Listing', 'Problem', 'Task'])
})

test('its requests have examples that the gateway accepts', async () => {
  const paths = ['/v1/search', '/v1/negotiate', '/v1/review-prices', '/v1/summarise-listing']
  for (const path of paths) {
    const { content } = document.paths[path]?.post?.requestBody ?? {}
    const json = content?.['application/json']?.example
    expect((await gateway.fetch(path, { json })).ok).toBe(true)
  }
})

test('the page is served with a policy that lets nothing in from elsewhere', async () => {
  const response = await gateway.fetch('/docs', { key: null })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^text\/html/)
  expect(response.headers.get('content-security-policy')).toMatch(/default-src 'self'/)
  expect(await response.text()).not.toMatch(/(src|href)="(https?:)?\/\//)
})
