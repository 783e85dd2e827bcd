// Brings a database up to date, and ends: what a deployment runs before core. A demo's is filled with what there is to
// try, too.
import { readEnvironment, runProcess } from '@throughline/process'
import { createLogger } from '@throughline/telemetry'
import { z } from 'zod'
import { seed } from '../seed/seed.ts'
import { migrate } from './migrate.ts'

const schema = z.object({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  // The keys that are seeded are known to everybody.
  DEMO: z.stringbool().default(false),
})

await runProcess(async (onStop) => {
  let over = false
  // Whoever waits for this program takes an exit without an error for a database that is ready.
  onStop('migration', () => {
    if (!over) throw new Error('ended before the database was ready')
  })
  try {
    const { DATABASE_URL, DEMO } = readEnvironment(schema, process.env)
    const applied = await migrate(DATABASE_URL)
    const seeded = DEMO ? await seed(DATABASE_URL) : {}
    createLogger({ name: 'migrate', level: 'info' }).info({ applied, ...seeded }, 'database ready')
  } finally {
    over = true
  }
})
