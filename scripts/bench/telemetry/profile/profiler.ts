// A CPU profile of the process that this runs in, without its start.
import { type Profiler, Session } from 'node:inspector/promises'

const intervalMicros = 250
const session = new Session()

export async function startProfile(): Promise<void> {
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: intervalMicros })
  await session.post('Profiler.start')
}

export async function stopProfile(): Promise<Profiler.Profile> {
  const { profile } = await session.post('Profiler.stop')
  session.disconnect()
  return profile
}
