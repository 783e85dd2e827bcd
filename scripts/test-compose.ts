// `npm run test:compose`: the tests of a stack that `docker compose up` has started. Counted in the last line.
import { runVitest } from './run-vitest.ts'

const config = 'e2e/compose/vitest.config.ts'
const { passed, failed } = await runVitest(['--config', config, ...process.argv.slice(2)])
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
