import { PgQueries, PostgresPools } from '../postgres-pools.ts'

export const instrumentations = () => [
  new PostgresPools(),
  new PgQueries({ requireParentSpan: true, ignoreConnectSpans: true }),
]
