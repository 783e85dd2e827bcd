import { PostgresPools } from '../postgres-pools.ts'
import { PgQueries } from '../postgres-queries.ts'

export const instrumentations = () => [new PostgresPools(), new PgQueries()]
