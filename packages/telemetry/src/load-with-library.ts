// Calls back when a library is about to be loaded for the first time, by `import` or by `require`.
import { registerHooks } from 'node:module'

/** A name with its scope, of a specifier that may lead deeper into the package. */
const packageName = /^(@[^/]+\/)?[^./][^/]*/

export function beforeLibraries(
  names: Iterable<string>,
  beforeLoad: (library: string) => void,
): void {
  const waiting = new Set(names)
  registerHooks({
    resolve(specifier, context, next) {
      const [name = ''] = packageName.exec(specifier) ?? []
      if (waiting.delete(name)) beforeLoad(name)
      return next(specifier, context)
    },
  })
}
