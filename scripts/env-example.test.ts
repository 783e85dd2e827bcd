import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { serviceNames } from './system/services.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const example = read('.env.example')

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
  const ours = [...new Set([...inCode, ...variablesOfCompose()])].filter(isOurs)
  expect(variablesIn(example).filter(isOurs).toSorted()).toEqual(ours.toSorted())
})

test('a variable reaches the containers, or .env.example says that it is for npm start only', () => {
  const sections = example.split(/^# --- (?=.*---$)/m)
  const only = sections.filter((text) => /^.*npm start only/.test(text)).flatMap(variablesIn)
  const reaching = variablesIn(example).filter((name) => !only.includes(name))
  expect(reaching.toSorted()).toEqual([...new Set(variablesOfCompose())].toSorted())
})

function variablesOfCompose(): string[] {
  return ['docker-compose.yml', ...globSync('infra/*/*.yaml', { cwd: root })].flatMap((path) =>
    [...read(path).matchAll(/\$\{([A-Z][A-Z_]+)[:?-]/g)].map(([, name = '']) => name),
  )
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name = '']) => name)
}

/** What is named OTEL_ is read by the SDK, which has its own list. */
function isOurs(name: string | undefined): boolean {
  return !name?.startsWith('OTEL_')
}
