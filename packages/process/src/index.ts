export { EnvironmentError, readEnvironment } from './environment.ts'
export { type OnStop, type ProcessOptions, runProcess } from './run-process.ts'
