// Real files, because what is patched is how Node loads them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  type Instrumentation,
  InstrumentationBase,
  type InstrumentationConfig,
  InstrumentationNodeModuleDefinition,
  InstrumentationNodeModuleFile,
} from '@opentelemetry/instrumentation'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { patchLibraries } from './patch-libraries.ts'
import { withoutRequireHook } from './without-require-hook.ts'

interface Settings extends InstrumentationConfig {
  readonly library: string
  readonly patch: (exports: { patched?: string }, version?: string) => unknown
}

class Observer extends InstrumentationBase<Settings> {
  protected init() {
    const { library, patch } = this.getConfig()
    const nothing = () => undefined
    const file = new InstrumentationNodeModuleFile(`${library}/part.js`, ['*'], patch, nothing)
    return new InstrumentationNodeModuleDefinition(library, ['>=2 <3'], patch, nothing, [file])
  }
}

const inPlace: Settings['patch'] = (exports, version) =>
  Object.assign(exports, { patched: version })
const replaced: Settings['patch'] = (exports, version) => ({ ...exports, patched: version })

let folder: string
const folders: string[] = []
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-patch-'))
  folders.push(folder)
})
afterAll(() => {
  for (const path of folders) rmSync(path, { recursive: true, force: true })
})

function write(path: string, content: string): void {
  const file = join(folder, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
}

function install(at: string, name: string, version: string, manifest: object = {}): void {
  write(`${at}/${name}/package.json`, JSON.stringify({ name, version, ...manifest }))
  write(`${at}/${name}/index.js`, 'exports.patched = undefined; exports.own = true')
  write(`${at}/${name}/part.js`, 'exports.part = true')
}

function observe(library: string, patch = inPlace, esModules: string[] = []): string[] {
  const loaded: string[] = []
  patchLibraries({
    names: [library],
    esModules,
    load(name) {
      loaded.push(name)
      const observer = withoutRequireHook(() => new Observer('observer', '1', { library, patch }))
      return [observer as Instrumentation]
    },
  })
  return loaded
}

test('patches every copy of a library that is required, and loads what patches it once', () => {
  install('node_modules', 'required', '2.1.0')
  install('inner/node_modules', 'required', '2.2.0')
  const loaded = observe('required')
  const [outer, inner] = ['app.js', 'inner/app.js'].map((path) => createRequire(join(folder, path)))
  expect(loaded).toEqual([])
  expect(outer?.('required')).toEqual({ own: true, patched: '2.1.0' })
  expect(outer?.('required/part')).toEqual({ part: true, patched: '2.1.0' })
  expect(inner?.('required')).toEqual({ own: true, patched: '2.2.0' })
  expect(loaded).toEqual(['required'])
})

test('patches what was loaded before anybody observed it', () => {
  install('node_modules', 'early', '2.0.0')
  const early = createRequire(join(folder, 'exporter/index.js'))('early')
  observe('early')
  expect(createRequire(join(folder, 'app.js'))('early')).toBe(early)
  expect(early).toEqual({ own: true, patched: '2.0.0' })
})

test('leaves a version alone that the instrumentation does not know', () => {
  install('node_modules', 'newer', '3.0.0')
  observe('newer')
  expect(createRequire(join(folder, 'app.js'))('newer')).toEqual({ own: true })
})

test('what is put in the place of a library is what an ES module imports, by any name', async () => {
  install('node_modules', 'imported', '2.0.0')
  observe('imported', replaced)
  const imported = await importing(
    `import whole, { patched } from 'imported'; export default [whole.patched, patched]`,
  )
  expect(imported.default).toEqual(['2.0.0', '2.0.0'])
})

test('a library runs no earlier than it would', async () => {
  install('node_modules', 'later', '2.0.0')
  write('node_modules/later/index.js', 'exports.seen = process.env.READ_BY_LATER')
  write('before.mjs', 'process.env.READ_BY_LATER = "set"')
  observe('later')
  const { default: seen } = await importing(
    `import './before.mjs'; import later from 'later'; export default later`,
  )
  expect(seen).toEqual({ seen: 'set', patched: '2.0.0' })
})

test('patches the classes of a library that is made of ES modules', async () => {
  install('node_modules', 'modern', '2.0.0', { type: 'module', main: 'index.js' })
  write('node_modules/modern/index.js', 'export class Client {}')
  const patch = (exports: object, version?: string) => {
    const { Client } = exports as { Client: { prototype: object } }
    return Object.assign(Client.prototype, { patched: version })
  }
  observe('modern', patch, ['modern'])
  const source = `import { Client } from 'modern'; export default new Client().patched`
  expect(await importing(source)).toMatchObject({ default: '2.0.0' })
})

test('building an instrumentation leaves the way in which everything else is required', () => {
  const { require } = Module.prototype
  const settings = { library: 'any', patch: inPlace }
  withoutRequireHook(() => new Observer('observer', '1', settings))
  expect(Module.prototype.require).toBe(require)
})

/** By Node, not by what runs the tests. */
function importing(source: string): Promise<{ default: unknown }> {
  write('app.mjs', source)
  write('import-app.cjs', `module.exports = () => import('./app.mjs')`)
  return createRequire(join(folder, 'app.js'))('./import-app.cjs')()
}
