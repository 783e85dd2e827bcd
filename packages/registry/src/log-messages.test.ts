import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { loadRegistry } from './load-registry.ts'

const root = join(import.meta.dirname, '../../..')
const { logs, attributes } = loadRegistry()
const services = attributes.get('service.name')?.values ?? []

const sources = globSync(`{apps/{${services}},packages/process}/src/**/*.ts`, { cwd: root })
  .filter((path) => !/\.test\.ts$|\/testing\/|\/gen\//.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'))

/** A call to a logger, and the text at its end. */
const call = /\b(?:log|logger)\.(debug|info|warn|error)\((.*?)\)\n/gs
const message = /'([^']+)',?\s*$/

const written = sources.flatMap((source) =>
  [...source.matchAll(call)].flatMap(([, severity = '', args = '']) => {
    const text = message.exec(args)?.[1]
    return text ? [{ severity, text }] : []
  }),
)

test.each(written)('"$text" is declared with its level', ({ text, severity }) => {
  expect(logs.get(text)?.severities).toContain(severity)
})

test.each([...logs.keys()])('"%s" is written by somebody', (declared) => {
  const constant = declared.replace(/\{.*\}/, '')
  expect(sources.filter((source) => source.includes(constant))).not.toEqual([])
})
