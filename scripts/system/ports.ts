// Which port each part gets: the variable's, else the usual one. Decided before anything is started.
import { freePort, portIsFree } from '@throughline/embedded'
import { portHolder } from './port-holder.ts'
import { SystemError } from './system-error.ts'

interface PortRule {
  readonly owner: string
  readonly variable: string
  readonly usual: number
  /** Nobody types this one: when it is busy and was not asked for, any other will do. */
  readonly movable?: true
}

const rules = {
  gateway: { owner: 'The gateway', variable: 'GATEWAY_PORT', usual: 8080 },
  core: { owner: 'Core', variable: 'CORE_PORT', usual: 50_051 },
  orchestrator: { owner: 'The orchestrator', variable: 'ORCHESTRATOR_PORT', usual: 8082 },
  modelServer: { owner: 'The model server', variable: 'MODEL_SERVER_PORT', usual: 8083 },
  lens: { owner: 'Lens', variable: 'LENS_PORT', usual: 8090 },
  lensOtlp: { owner: "Lens's receiver", variable: 'LENS_OTLP_PORT', usual: 4318 },
  postgres: { owner: 'PostgreSQL', variable: 'POSTGRES_PORT', usual: 5432, movable: true },
  redis: { owner: 'Redis', variable: 'REDIS_PORT', usual: 6379, movable: true },
} as const satisfies Record<string, PortRule>

type PortName = keyof typeof rules
export type Ports = Readonly<Record<PortName, number>>
type Environment = Readonly<Record<string, string | undefined>>

export async function choosePorts(env: Environment): Promise<Ports> {
  const chosen = new Map<PortName, number>()
  for (const [name, rule] of entries()) {
    const port = await choosePort(rule, env[rule.variable], new Set(chosen.values()))
    chosen.set(name, port)
  }
  return Object.fromEntries(chosen) as Record<PortName, number>
}

/** For tests: none of them meets a system that is running already. */
export async function freePorts(): Promise<Ports> {
  const ports = new Set<number>()
  while (ports.size < entries().length) ports.add(await freePort())
  const values = [...ports]
  return Object.fromEntries(entries().map(([name], index) => [name, values[index]])) as Ports
}

/** The environment of a process that is to use these ports. */
export function portVariables(ports: Ports): Record<string, string> {
  return Object.fromEntries(entries().map(([name, { variable }]) => [variable, `${ports[name]}`]))
}

async function choosePort(
  rule: PortRule,
  asked: string | undefined,
  taken: ReadonlySet<number>,
): Promise<number> {
  const { owner, variable, usual, movable } = rule
  const port = asked ? readPort(variable, asked) : usual
  if (taken.has(port)) {
    throw new SystemError(`${variable} is ${port}, which another part uses; choose another.`)
  }
  if (port === 0) return freePort()
  if (await portIsFree(port)) return port
  if (movable && !asked) return freePort()
  const holder = portHolder(port)
  throw new SystemError(
    `${owner} wants port ${port}, which is in use${holder ? ` by ${holder}` : ''}; ` +
      `end that, or set ${variable} to another port.`,
  )
}

function readPort(variable: string, value: string): number {
  const port = Number(value)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new SystemError(`${variable} is "${value}", which is not a port; use 0 to 65535.`)
}

function entries(): [PortName, PortRule][] {
  return Object.entries(rules) as [PortName, PortRule][]
}
