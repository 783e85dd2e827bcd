// What a process says of itself with everything it sends: what we know, what OTEL_NODE_RESOURCE_DETECTORS finds, and
// over both what OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say.
import { getStringListFromEnv } from '@opentelemetry/core'
import {
  detectResources,
  hostDetector,
  osDetector,
  processDetector,
  type Resource,
  type ResourceDetector,
  resourceAttributesEnvDetector,
  serviceInstanceIdDetector,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'

const detectorsByName: Readonly<Record<string, readonly ResourceDetector[]>> = {
  service: [serviceInstanceIdDetector],
  host: [hostDetector, osDetector],
  process: [processDetector],
}

export function detectResource(base: Resource): Resource {
  return base
    .merge(detectResources({ detectors: askedFor() }))
    .merge(detectResources({ detectors: [resourceAttributesEnvDetector] }))
    .merge(detectResources({ detectors: [serviceNameEnvDetector] }))
}

function askedFor(): ResourceDetector[] {
  const names = getStringListFromEnv('OTEL_NODE_RESOURCE_DETECTORS') ?? []
  if (names.includes('none')) return []
  if (names.includes('all')) return Object.values(detectorsByName).flat()
  return names.flatMap((name) => detectorsByName[name] ?? [])
}
