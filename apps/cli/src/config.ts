import { readEnvironment } from '@throughline/process'
import { z } from 'zod'

const schema = z.object({
  CORE_ADDRESS: z.string().default('127.0.0.1:50051'),
})

export type Config = ReturnType<typeof loadConfig>

export function loadConfig(env: Readonly<Record<string, string | undefined>>) {
  return { coreAddress: readEnvironment(schema, env).CORE_ADDRESS }
}
