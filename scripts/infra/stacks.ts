// Every documented way to start the stack, as the files that are given to docker compose.

/** What a vendor's overlay asks for, so that its file can be read. */
export const vendorEnvironment = {
  OTLP_ENDPOINT: 'https://otlp.example.com',
  OTLP_HEADERS: '{"api-key":"x"}',
}

export const stacks: readonly (readonly string[])[] = [
  [],
  ['infra/debug/compose.yaml'],
  ['infra/tempo/compose.yaml'],
  ['infra/tempo/compose.yaml', 'infra/tempo/instead-of-jaeger.yaml'],
  ['infra/greptimedb/compose.yaml'],
  ['infra/otlp/compose.yaml'],
  ['infra/otlp/compose.yaml', 'infra/otlp/without-metrics.yaml'],
]

/** The collector's files beside base.yaml; each must do alone, and all of them together. */
export const backends = ['jaeger', 'prometheus', 'loki', 'tempo', 'greptimedb', 'otlp', 'debug']
