// Patches a library as it is loaded, by `import` or by `require`: after its last line, before whoever asked for it sees
// it. What patches it is loaded then, too, so that a process pays for what it uses.
//
// The hooks that instrumentations bring with them (require-in-the-middle, import-in-the-middle) look at every module of
// the process instead, and resolve it twice: a tenth of a service's start.
import { createRequire, findPackageJSON, registerHooks } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { diag } from '@opentelemetry/api'
import type { Instrumentation } from '@opentelemetry/instrumentation'
import { changeExports } from './change-exports.ts'
import { type Patch, patchesOf } from './patches-of.ts'

export interface LibrariesToPatch {
  readonly names: readonly string[]
  /** Those whose ES modules are code of their own, and no wrapper around CommonJS. */
  readonly esModules?: readonly string[]
  /** Called once for each, when somebody first asks for it. */
  load(name: string): readonly Instrumentation[]
}

/** A name with its scope, of a specifier that may lead deeper into the package. */
const packageName = /^(@[^/]+\/)?[^./][^/]*/

export function patchLibraries({ names, esModules = [], load }: LibrariesToPatch): void {
  const waiting = new Set(names)
  // A library can come with another that is patched, too: pg with pg-pool.
  const patches = new Map<string, readonly Patch[]>()
  let isResolving = false

  registerHooks({
    resolve(specifier, context, next) {
      const [name = ''] = packageName.exec(specifier) ?? []
      if (waiting.delete(name)) {
        for (const patch of load(name).flatMap(patchesOf)) {
          patches.set(patch.library, [...(patches.get(patch.library) ?? []), patch])
        }
      }
      const found = patches.get(name)
      // Whatever is resolved in here comes back to this hook.
      if (!found || isResolving) return next(specifier, context)
      isResolving = true
      try {
        const { parentURL = import.meta.url, conditions } = context
        const isImport = conditions.includes('import') && esModules.includes(name)
        patchAt(name, found, parentURL, isImport ? next(name, context).url : undefined)
      } catch (err) {
        diag.warn(`${name} is not observed`, err)
      } finally {
        isResolving = false
      }
      return next(specifier, context)
    },
  })
}

/** Files by their path: a process can have several copies of a library. */
const patched = new Set<string>()

function patchAt(
  library: string,
  patches: readonly Patch[],
  parent: string,
  esModule: string | undefined,
): void {
  const folder = dirname(findPackageJSON(library, parent) ?? '')
  const patching = (file: string) => (exports: unknown) =>
    patches.reduce((result, { apply }) => apply(result, file, folder), exports)
  const once = (path: string, patch: () => void) => {
    if (patched.has(path)) return
    patched.add(path)
    patch()
  }
  const require = createRequire(parent)
  if (esModule) {
    // Nothing comes between an ES module and who imports it: it is loaded ahead of them, and patched in place.
    once(esModule, () => patching(library)(require(fileURLToPath(esModule))))
  }
  const main = require.resolve(library)
  once(main, () => changeExports(main, patching(library)))
  for (const file of patches.flatMap(({ files }) => files)) {
    const path = join(folder, file.slice(library.length))
    once(path, () => changeExports(path, patching(file)))
  }
}
