export {
  buildTree,
  type ResolvedLink,
  type TraceTree,
  type TreeNode,
  type TreeOptions,
} from './build-tree.ts'
export {
  type ExpectedAttribute,
  type ExpectedSpan,
  type ExpectedTree,
  span,
} from './expected-span.ts'
export { findGaps, type PromisedFields, type SpanPromise } from './find-gaps.ts'
export { findLogProblems, type LogLine, readLogLines } from './find-log-problems.ts'
export { createSecretFinder, type FindSecrets, type FoundSecret } from './find-secrets.ts'
export { type FormatOptions, formatTree, type ShowAttribute } from './format-tree.ts'
export { type JaegerOptions, jaegerSource } from './jaeger-source.ts'
export { type Cells, type LineNode, layOut, type ReadNode, readLayout } from './lay-out.ts'
export { type LensOptions, lensSource } from './lens-source.ts'
export { type MatchOptions, matchTree, type TreeComparison } from './match-tree.ts'
export type {
  Attributes,
  AttributeValue,
  SpanEvent,
  SpanKind,
  SpanLink,
  SpanStatus,
  Trace,
  TraceLog,
  TraceSpan,
} from './trace.ts'
export {
  createTraceClient,
  type TraceClient,
  type TraceClientOptions,
  TraceIncompleteError,
  type WaitOptions,
} from './trace-client.ts'
export type { GetTraceOptions, TraceAnswer, TraceSource } from './trace-source.ts'
