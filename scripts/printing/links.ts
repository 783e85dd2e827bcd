import type { System } from '../system/start-system.ts'
import type { Paint } from './terminal.ts'

export interface LinkOptions {
  readonly system: System
  readonly apiKey: string
  readonly dataDir: string
  readonly paint: Paint
}

/** Where to go from here, and a line to copy. */
export function describeLinks({ system, apiKey, dataDir, paint }: LinkOptions): string {
  const { gatewayUrl, lensUrl, databaseUrl, redisUrl } = system
  const rows = [
    ['traces', lensUrl],
    ['API and a form to call it', `${gatewayUrl}/docs`],
    ['API key', apiKey],
    ['PostgreSQL', databaseUrl],
    ['Redis', redisUrl],
    ['logs', `${dataDir}/logs/*.log`],
  ]
  const curl = [
    `curl -i -X POST '${gatewayUrl}/v1/search'`,
    `-H 'authorization: Bearer ${apiKey}' -H 'content-type: application/json' -d '{"query":"camera"}'`,
  ]
  return [
    ...rows.map(([title = '', link = '']) => `  ${paint('dim', title.padEnd(26))}${link}`),
    '',
    `  ${curl.join(' \\\n    ')}`,
  ].join('\n')
}
