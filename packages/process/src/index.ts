export { EnvironmentError, readEnvironment } from './environment.ts'
export { logOutages, type OutageLogger } from './log-outages.ts'
export { type OnStop, type ProcessOptions, runProcess } from './run-process.ts'
export { logLevel, port } from './variables.ts'
