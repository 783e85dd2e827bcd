// One of the project's apps as it runs in earnest, in one variant, under measurement.
import { join } from 'node:path'
import { root } from '../../system/services.ts'
import { type MeasuredProcess, type ProcessSettings, startMeasured } from './measured-process.ts'
import { telemetryEnv, type Variant } from './variants.ts'

export type AppName = 'gateway' | 'core' | 'orchestrator' | 'model-server'

/** What it has beside its own variables, the same for every process of a bench. */
export function measuredEnv(
  { PATH, HOME }: NodeJS.ProcessEnv,
  variant: Variant,
  receiverUrl: string,
): NodeJS.ProcessEnv {
  return {
    ...{ PATH, HOME, LOG_LEVEL: 'info' },
    NODE_COMPILE_CACHE: join(root, '.data/cache/node'),
    ...telemetryEnv(variant, receiverUrl),
  }
}

export function startApp(
  name: AppName,
  settings: Omit<ProcessSettings, 'script' | 'cwd'>,
): Promise<MeasuredProcess> {
  const cwd = join(root, 'apps', name)
  const env = { OTEL_SERVICE_NAME: name, ...settings.env }
  return startMeasured({ ...settings, cwd, script: join(cwd, 'src/main.ts'), env })
}
