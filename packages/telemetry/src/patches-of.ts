// What an instrumentation does to a library, without the hooks by which it would wait for it.
import type {
  Instrumentation,
  InstrumentationModuleDefinition,
} from '@opentelemetry/instrumentation'

export interface Patch {
  readonly library: string
  /** Of the library, beside its main file. */
  readonly files: readonly string[]
  /** `name` is that of the library, or of one of the files; `folder` is where its package.json tells its version. */
  apply(exports: unknown, name: string, folder: string): unknown
}

/** The private part of their base class that its own hooks call: it looks at the version, and patches. */
interface Patching {
  readonly _modules: readonly InstrumentationModuleDefinition[]
  _onRequire(
    definition: InstrumentationModuleDefinition,
    exports: unknown,
    name: string,
    folder: string,
  ): unknown
}

export function patchesOf(instrumentation: Instrumentation): Patch[] {
  const patching = instrumentation as Instrumentation & Patching
  return patching._modules
    .filter(({ patch, files }) => patch || files.length > 0)
    .map((definition) => ({
      library: definition.name,
      files: definition.files.map(({ name }) => name),
      apply: (exports, name, folder) => patching._onRequire(definition, exports, name, folder),
    }))
}
