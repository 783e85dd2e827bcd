// What all routes that start a task take from a caller who may have to ask twice.
import { z } from 'zod'

export const idempotencyHeader = 'idempotency-key'

/** Loose, for the other headers belong to others. */
export const idempotencyHeadersSchema = z.looseObject({
  [idempotencyHeader]: z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, 'must be 1 to 255 visible ASCII characters')
    .optional()
    .describe('Your own name for this request; the same one when you send it again'),
})

export const idempotencyDescription = `With an \`idempotency-key\`, a request that is sent again, because nobody heard the
answer, becomes no second task: it is answered with the first one. Another request with the same key is a 409.`
