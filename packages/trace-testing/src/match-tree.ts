// Holds an expected tree against an actual one. Siblings match in any order: which of two quick spans started first is
// often the clock's choice. Every expected span must be found once, and nothing else may be there.
import type { TraceTree, TreeNode } from './build-tree.ts'
import { type ExpectedTree, type Pattern, patternsOf } from './expected-span.ts'
import { type FormatOptions, formatSpan } from './format-tree.ts'
import { type Cells, type LineNode, layOut } from './lay-out.ts'

export interface MatchOptions {
  /** Accepts spans that nobody expected, below expected ones and beside them. */
  readonly allowExtra?: boolean
}

export interface TreeComparison {
  readonly matches: boolean
  /** Both trees in one drawing: `-` expected but not there, `+` there but not expected. */
  readonly diff: string
}

export function matchTree(
  tree: TraceTree,
  expected: ExpectedTree,
  options: FormatOptions & MatchOptions = {},
): TreeComparison {
  const patterns = patternsOf(expected, tree, options)
  const nodes = [...tree.roots, ...tree.orphans]
  const show = (node: TreeNode) => formatSpan(node, tree, options)
  const comparison = new Comparison(show, options.allowExtra ?? false)
  return {
    matches: comparison.covers(patterns, nodes),
    diff: layOut(comparison.diff(patterns, nodes).map(withoutLikeness)),
  }
}

/** What is the same below a span is counted, not shown: the difference would drown in it. */
function withoutLikeness({ lines, children }: LineNode): LineNode {
  if (children.length === 0 || children.some(differs)) {
    return { lines, children: children.map(withoutLikeness) }
  }
  const below = `(${countBelow(children)} below as expected)`
  return { lines: lines.map((line) => ({ ...line, cells: [...line.cells, below] })), children: [] }
}

function differs({ lines, children }: LineNode): boolean {
  return lines.some(({ mark = '' }) => mark.trim() !== '') || children.some(differs)
}

function countBelow(nodes: readonly LineNode[]): number {
  return nodes.reduce((count, { children }) => count + 1 + countBelow(children), 0)
}

type Pairs = ReadonlyMap<Pattern, TreeNode>

class Comparison {
  readonly #show: (node: TreeNode) => Cells
  readonly #allowExtra: boolean
  readonly #fits = new Map<Pattern, Map<TreeNode, boolean>>()

  constructor(show: (node: TreeNode) => Cells, allowExtra: boolean) {
    this.#show = show
    this.#allowExtra = allowExtra
  }

  covers(patterns: readonly Pattern[], nodes: readonly TreeNode[]): boolean {
    const complete = this.#allowExtra || patterns.length === nodes.length
    return complete && this.#pairUp(patterns, nodes).size === patterns.length
  }

  diff(patterns: readonly Pattern[], nodes: readonly TreeNode[]): LineNode[] {
    const pairs = this.#pairRest(patterns, nodes, this.#pairUp(patterns, nodes))
    const paired = new Set(pairs.values())
    const extra = nodes.filter((node) => !paired.has(node))
    return [
      ...patterns.map((pattern) => {
        const node = pairs.get(pattern)
        return node === undefined ? missing(pattern) : this.#diffPair(pattern, node)
      }),
      ...extra.map((node) => this.#extra(node)),
    ]
  }

  #diffPair(pattern: Pattern, node: TreeNode): LineNode {
    const shown = pattern.show(node)
    const lines = pattern.matches(node)
      ? [{ mark: '  ', cells: shown }]
      : [
          { mark: '- ', cells: pattern.cells },
          { mark: '+ ', cells: shown },
        ]
    return { lines, children: this.diff(pattern.children, node.children) }
  }

  #extra(node: TreeNode): LineNode {
    return {
      lines: [{ mark: this.#allowExtra ? '  ' : '+ ', cells: this.#show(node) }],
      children: node.children.map((child) => this.#extra(child)),
    }
  }

  #fit(pattern: Pattern, node: TreeNode): boolean {
    const known = this.#fits.get(pattern) ?? new Map<TreeNode, boolean>()
    this.#fits.set(pattern, known)
    const fits =
      known.get(node) ?? (pattern.matches(node) && this.covers(pattern.children, node.children))
    known.set(node, fits)
    return fits
  }

  /** A largest pairing of whole subtrees that fit (augmenting paths: a loose pattern gives way to a strict one). */
  #pairUp(patterns: readonly Pattern[], nodes: readonly TreeNode[]): Pairs {
    const owner = new Map<TreeNode, Pattern>()
    const place = (pattern: Pattern, tried: Set<TreeNode>): boolean =>
      nodes.some((node) => {
        if (tried.has(node) || !this.#fit(pattern, node)) return false
        tried.add(node)
        const current = owner.get(node)
        if (current !== undefined && !place(current, tried)) return false
        owner.set(node, pattern)
        return true
      })
    for (const pattern of patterns) place(pattern, new Set())
    return new Map([...owner].map(([node, pattern]) => [pattern, node]))
  }

  /** What fits nothing is shown beside what it resembles, so that a person sees one difference and not two. */
  #pairRest(patterns: readonly Pattern[], nodes: readonly TreeNode[], fitting: Pairs): Pairs {
    const pairs = new Map(fitting)
    const paired = new Set(pairs.values())
    const candidates = patterns
      .filter((pattern) => !pairs.has(pattern))
      .flatMap((pattern) =>
        nodes
          .filter((node) => !paired.has(node))
          .map((node) => ({ pattern, node, likeness: likeness(pattern, node) })),
      )
      .filter((candidate) => candidate.likeness >= 3)
      .sort((a, b) => b.likeness - a.likeness)
    for (const { pattern, node } of candidates) {
      if (pairs.has(pattern) || paired.has(node)) continue
      pairs.set(pattern, node)
      paired.add(node)
    }
    return pairs
  }
}

/** The name weighs most; kind and service together are enough to show a changed name as such. */
function likeness(pattern: Pattern, node: TreeNode): number {
  const shown = pattern.show(node)
  const same = (column: number) => pattern.cells[column] === shown[column]
  return (same(0) ? 4 : 0) + (same(1) ? 1 : 0) + (same(2) ? 2 : 0)
}

function missing(pattern: Pattern): LineNode {
  return { lines: [{ mark: '- ', cells: pattern.cells }], children: pattern.children.map(missing) }
}
