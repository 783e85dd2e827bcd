import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serviceNames } from './system/services.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')

test('.env.example names every variable that a service or a compose file reads, and no other', () => {
  const sources = [
    ...[...serviceNames, 'traffic'].map((name) => `apps/${name}/src/config.ts`),
    'scripts/system/ports.ts',
    'scripts/settings.ts',
  ].map(read)
  const pattern = /^\s+([A-Z][A-Z_]+): |variable: '([A-Z_]+)'|env\.([A-Z_]+)/gm
  const inCode = sources.flatMap((text) =>
    [...text.matchAll(pattern)].map((match) => match.slice(1).find(Boolean)),
  )
  const composeFiles = ['docker-compose.yml', ...globSync('infra/*/*.yaml', { cwd: root })].map(
    read,
  )
  const inCompose = composeFiles.flatMap((text) =>
    [...text.matchAll(/\$\{([A-Z][A-Z_]+)[:?-]/g)].map(([, name]) => name),
  )
  const inExample = [...read('.env.example').matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(
    ([, name]) => name,
  )
  const ours = inExample.filter((name) => !name?.startsWith('OTEL_'))
  expect(ours.toSorted()).toEqual([...new Set([...inCode, ...inCompose])].toSorted())
})
