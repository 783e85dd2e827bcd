// Tasks by age, newest first, a page at a time: a page starts after the last task of the page before, so that paging
// neither skips nor repeats while tasks come in.
import {
  type ListTasksRequest,
  type ListTasksResponse,
  taskStateName,
} from '@throughline/contracts'
import { z } from 'zod'
import type { Database, Prisma } from '../database.ts'
import type { Task } from '../gen/prisma/client.ts'
import { decodePageToken, encodePageToken } from '../page-token.ts'
import { pageSize, text, uuid, validate } from '../validation.ts'
import { toTaskMessage } from './task-mapper.ts'

const requestSchema = z.object({
  tenantId: text(40),
  state: z
    .number()
    .refine((state) => state === 0 || taskStateName(state) !== undefined, 'must be a state')
    .transform(taskStateName),
  pageSize,
  pageToken: text(200),
})

const positionSchema = z.tuple([z.iso.datetime(), uuid])

export async function listTasks(
  database: Database,
  request: ListTasksRequest,
): Promise<ListTasksResponse> {
  const { tenantId, state, pageSize, pageToken } = validate(requestSchema, request)
  const search = [tenantId, state]
  // One task more than the page tells whether there is another page.
  const tasks = await database.task.findMany({
    where: {
      ...(tenantId && { tenantId }),
      ...(state && inState(state)),
      ...(pageToken && afterPosition(search, pageToken)),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: pageSize + 1,
    include: { result: true },
  })
  const page = tasks.slice(0, pageSize)
  const last = tasks.length > pageSize ? page.at(-1) : undefined
  return {
    tasks: page.map(toTaskMessage),
    nextPageToken: last ? encodePageToken(search, [last.createdAt, last.id]) : '',
  }
}

/** In the words of the partial indexes: what ended badly is rare, and so is what has not ended. */
function inState(state: Task['state']): Prisma.TaskWhereInput {
  if (state === 'completed') return { state }
  const ended = state !== 'queued' && state !== 'running'
  return ended ? { state, errorCode: { not: null } } : { state, endedAt: null }
}

function afterPosition(search: readonly unknown[], pageToken: string): Prisma.TaskWhereInput {
  const [createdAt, id] = decodePageToken(search, positionSchema, pageToken)
  return {
    // Said apart, since it is what an index can begin at.
    createdAt: { lte: createdAt },
    OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }],
  }
}
