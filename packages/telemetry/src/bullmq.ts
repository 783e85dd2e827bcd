// What a user of BullMQ adds to its own telemetry. None of it imports BullMQ.
export { type ObservableQueue, observeQueue } from './queue-depth.ts'
export {
  createQueueMeter,
  type ObservableWorker,
  observeWorker,
  type QueueMeter,
} from './queue-processing.ts'
