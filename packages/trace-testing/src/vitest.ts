// Matchers for vitest. Importing this module registers them: once, in a setup file or on top of a test.
import { expect } from 'vitest'
import { buildTree, type TraceTree, type TreeOptions } from './build-tree.ts'
import type { ExpectedTree } from './expected-span.ts'
import { findLogProblems, type LogLine } from './find-log-problems.ts'
import { type FormatOptions, formatTree } from './format-tree.ts'
import { type MatchOptions, matchTree } from './match-tree.ts'
import type { Trace } from './trace.ts'

export interface MatchTreeOptions extends FormatOptions, MatchOptions, TreeOptions {}

interface TraceMatchers<R> {
  /** The whole tree is this one: every span, its kind, service, parent, status and links, and no other span. */
  toMatchTree(expected: ExpectedTree, options?: MatchTreeOptions): R
  /** The parent of every span is there. */
  toHaveNoOrphans(options?: TreeOptions): R
  /** Every log record names a span of the trace; with `printed`, the records are exactly these lines, each once. */
  toHaveCompleteLogs(printed?: readonly LogLine[]): R
}

declare module 'vitest' {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown>
    extends TraceMatchers<R> {}
}

expect.extend({
  toMatchTree(received: unknown, expected: ExpectedTree, options: MatchTreeOptions = {}) {
    const tree = treeOf(received, options)
    const { matches, diff } = matchTree(tree, expected, options)
    const message = matches
      ? `The trace has this tree, and should have another:\n\n${formatTree(tree, options)}`
      : `The trace has another tree (- expected but not there, + there but not expected):\n\n${diff}`
    return { pass: matches, message: () => message }
  },

  toHaveNoOrphans(received: unknown, options: TreeOptions = {}) {
    const tree = treeOf(received, options)
    const orphans = tree.orphans.map(({ span }) => `  ${span.name} (${span.kind}, ${span.service})`)
    return {
      pass: orphans.length === 0,
      message: () =>
        orphans.length === 0
          ? 'Every span has its parent, and some should not.'
          : `The parents of these spans are not in the trace:\n${orphans.join('\n')}`,
    }
  },

  toHaveCompleteLogs(received: unknown, printed?: readonly LogLine[]) {
    const problems = findLogProblems(treeOf(received, {}).trace, printed)
    return {
      pass: problems.length === 0,
      message: () =>
        problems.length === 0
          ? 'The logs of the trace are complete, and should not be.'
          : `The logs of the trace are not complete:\n${problems.map((each) => `  ${each}`).join('\n')}`,
    }
  },
})

function treeOf(received: unknown, options: TreeOptions): TraceTree {
  const subject = received as Partial<TraceTree> & Partial<Trace>
  if (subject?.trace !== undefined && subject.roots !== undefined) {
    return options.callers === undefined
      ? (received as TraceTree)
      : buildTree(subject.trace, options)
  }
  if (subject?.spans !== undefined) return buildTree(received as Trace, options)
  throw new TypeError('Only a trace, or a tree made of one, can be matched')
}
