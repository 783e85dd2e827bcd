import { expect, test } from 'vitest'
import { logJson, spanJson, traceJson } from '../../test/trace-answer.ts'
import { spanSearch } from './span-search.ts'
import { TraceModel } from './trace-model.ts'
import { buildTree } from './trace-tree.ts'

const model = new TraceModel()
model.apply(
  traceJson(
    [
      spanJson({
        spanId: 'a',
        name: 'POST /v1/negotiate',
        kind: 'SERVER',
        service: 'gateway',
        attributes: { 'http.route': '/v1/negotiate', 'http.response.status_code': 202 },
      }),
      spanJson({
        spanId: 'b',
        parentSpanId: 'a',
        status: { code: 'ERROR', message: 'no room' },
        events: [{ name: 'retry', timeNs: 1, attributes: { attempt: 2 } }],
      }),
    ],
    { logs: [logJson({ spanId: 'b', body: { text: 'Gave up' } })] },
  ),
)
const tree = buildTree(model)

test.each([
  ['negotiate', ['a']],
  ['NEGOTIATE gateway', ['a']],
  ['service:gateway', ['a']],
  ['kind:server', ['a']],
  ['status:error', ['b']],
  ['http.response.status_code=202', ['a']],
  ['http.response.status_code=20', []],
  ['retry', ['b']],
  ['gave', ['b']],
  ['room', ['b']],
  ['negotiate status:error', []],
  ['__proto__=x', []],
])('finds with “%s”', (query, found) => {
  const matches = spanSearch(query)
  const ids = [...tree.byId.values()].filter((node) => matches?.(node))
  expect(ids.map(({ span }) => span.spanId)).toEqual(found)
})

test('looks for nothing when nothing is written', () => {
  expect(spanSearch('  ')).toBeUndefined()
})
