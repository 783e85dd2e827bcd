// What people come for, in the words they type. The last one is never in stock.

export interface Wish {
  readonly query: string
  readonly category?: string
  readonly maxPriceCents?: number
}

export const wishes: readonly [Wish, ...Wish[]] = [
  { query: 'camera' },
  { query: 'mirrorless camera', category: 'cameras' },
  { query: 'zoom lens', maxPriceCents: 150_000 },
  { query: 'road bike', category: 'bikes' },
  { query: 'folding bike', maxPriceCents: 100_000 },
  { query: 'headphones', category: 'audio' },
  { query: 'turntable' },
  { query: 'guitar', category: 'instruments' },
  { query: 'digital piano', maxPriceCents: 200_000 },
  { query: 'standing desk', category: 'furniture' },
  { query: 'office chair', maxPriceCents: 40_000 },
  { query: 'sofa' },
  { query: 'lawn mower', category: 'garden' },
  { query: 'gaming laptop', category: 'laptops' },
  { query: 'laptop', maxPriceCents: 80_000 },
  { query: 'compact phone', category: 'phones' },
  { query: 'cordless drill', category: 'tools' },
  { query: 'diving watch', category: 'watches' },
  { query: 'watch', maxPriceCents: 50_000 },
  { query: 'hot-air balloon' },
]
