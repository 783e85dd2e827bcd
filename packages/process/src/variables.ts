// The variables that every process has, so that they mean the same in all of them.
import { z } from 'zod'

/** 0 lets the system choose. */
export const port = z.coerce.number().int().min(0).max(65_535)

export const logLevel = z
  .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
  .default('info')
