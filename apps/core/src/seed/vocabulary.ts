// The words that listings are made of. Makers are invented; nobody is named.

type Words = readonly [string, ...string[]]

export interface Category {
  readonly name: string
  readonly makers: Words
  readonly colours: Words
  readonly items: readonly [Item, ...Item[]]
  /** What the thing has, said of any item of the category. */
  readonly features: Words
  /** What was used up by a worn one. */
  readonly wear: Words
}

/** A kind of thing, and what a good one costs in whole dollars. */
export interface Item {
  readonly name: string
  readonly dollars: readonly [from: number, to: number]
}

const coats = ['black', 'white', 'silver', 'graphite', 'navy', 'dark red', 'forest green'] as const
const woods = ['oak', 'walnut', 'natural', 'black', 'white', 'honey'] as const

export const categories: readonly [Category, ...Category[]] = [
  {
    name: 'audio',
    makers: ['Clearwave', 'Lumora', 'Tideline', 'Hollowtone', 'Veltic'],
    colours: coats,
    items: [
      { name: 'over-ear headphones', dollars: [40, 420] },
      { name: 'bookshelf speakers', dollars: [80, 900] },
      { name: 'turntable', dollars: [90, 1_400] },
      { name: 'stereo amplifier', dollars: [120, 1_800] },
      { name: 'portable speaker', dollars: [20, 240] },
    ],
    features: [
      'with cables',
      'with a warm, even sound',
      'with the original box',
      'with a dust cover',
    ],
    wear: ['the volume knob crackles a little', 'the padding is thin', 'the finish is scratched'],
  },
  {
    name: 'bikes',
    makers: ['Northpeak', 'Redmesa', 'Swiftfold', 'Ironleaf', 'Bluefjord'],
    colours: coats,
    items: [
      { name: 'road bike', dollars: [250, 3_200] },
      { name: 'mountain bike', dollars: [300, 3_800] },
      { name: 'folding bike', dollars: [180, 1_500] },
      { name: 'gravel bike', dollars: [400, 3_500] },
      { name: 'electric city bike', dollars: [700, 4_200] },
      { name: "children's bike", dollars: [40, 260] },
    ],
    features: [
      'with disc brakes',
      'with mudguards and a rack',
      'with puncture-proof tyres',
      'with lights',
    ],
    wear: ['the chain needs replacing', 'the saddle is torn', 'the rear brake rubs'],
  },
  {
    name: 'cameras',
    makers: ['Lumora', 'Prismic', 'Farsight', 'Emberline', 'Veltic'],
    colours: coats,
    items: [
      { name: 'mirrorless camera', dollars: [320, 2_900] },
      { name: 'film camera', dollars: [60, 700] },
      { name: 'action camera', dollars: [70, 420] },
      { name: '50 mm lens', dollars: [80, 1_100] },
      { name: 'telephoto zoom lens', dollars: [150, 2_400] },
      { name: 'carbon tripod', dollars: [60, 480] },
    ],
    features: [
      'with two batteries',
      'with a padded case',
      'with a strap and caps',
      'with a spare charger',
    ],
    wear: ['there is dust behind the glass', 'the rubber grip is loose', 'the dial is stiff'],
  },
  {
    name: 'furniture',
    makers: ['Pinefold', 'Oakrun', 'Solvane', 'Stillwater', 'Greyloom'],
    colours: woods,
    items: [
      { name: 'oak dining table', dollars: [150, 1_900] },
      { name: 'two-seat sofa', dollars: [120, 1_600] },
      { name: 'standing desk', dollars: [140, 900] },
      { name: 'bookcase', dollars: [40, 520] },
      { name: 'office chair', dollars: [50, 780] },
      { name: 'chest of drawers', dollars: [70, 850] },
    ],
    features: [
      'in solid wood',
      'easy to take apart',
      'from a smoke-free home',
      'with the fittings',
    ],
    wear: ['one leg wobbles', 'the top has ring marks', 'the fabric has faded'],
  },
  {
    name: 'garden',
    makers: ['Greenrow', 'Ironleaf', 'Meadowline', 'Redmesa'],
    colours: coats,
    items: [
      { name: 'cordless lawn mower', dollars: [120, 720] },
      { name: 'greenhouse', dollars: [180, 2_200] },
      { name: 'hedge trimmer', dollars: [40, 310] },
      { name: 'teak bench', dollars: [80, 640] },
      { name: 'gas barbecue', dollars: [90, 980] },
    ],
    features: [
      'stored dry each winter',
      'with a cover',
      'with a full set of blades',
      'with the manual',
    ],
    wear: ['there is some rust', 'one wheel sticks', 'the paint is flaking'],
  },
  {
    name: 'instruments',
    makers: ['Hollowtone', 'Bluefjord', 'Tideline', 'Oakrun', 'Brightreed'],
    colours: woods,
    items: [
      { name: 'acoustic guitar', dollars: [70, 1_900] },
      { name: 'digital piano', dollars: [200, 2_600] },
      { name: 'electric bass', dollars: [120, 1_500] },
      { name: 'violin', dollars: [90, 4_800] },
      { name: 'concert grand piano', dollars: [5_200, 9_400] },
      { name: 'drum kit', dollars: [180, 2_200] },
    ],
    features: [
      'easy to play',
      'recently set up',
      'with a bright, clear tone',
      'kept in a dry room',
    ],
    wear: ['the finish is chipped', 'it needs tuning', 'there is a crack in the varnish'],
  },
  {
    name: 'laptops',
    makers: ['Quillon', 'Veltic', 'Northpeak', 'Greyloom', 'Prismic'],
    colours: coats,
    items: [
      { name: '13-inch laptop', dollars: [180, 1_700] },
      { name: '14-inch business laptop', dollars: [200, 1_900] },
      { name: '16-inch workstation laptop', dollars: [500, 3_900] },
      { name: 'gaming laptop', dollars: [450, 3_200] },
      { name: 'student laptop', dollars: [90, 520] },
    ],
    features: [
      'with 16 GB of memory',
      'with a 1 TB drive',
      'with its charger',
      'freshly reinstalled',
    ],
    wear: ['the battery lasts two hours', 'a few keys shine', 'one hinge is loose'],
  },
  {
    name: 'phones',
    makers: ['Quillon', 'Clearwave', 'Lumora', 'Farsight'],
    colours: coats,
    items: [
      { name: '128 GB phone', dollars: [90, 720] },
      { name: '256 GB phone', dollars: [140, 1_050] },
      { name: 'compact phone', dollars: [80, 600] },
      { name: 'foldable phone', dollars: [350, 1_500] },
      { name: 'rugged phone', dollars: [70, 480] },
    ],
    features: [
      'unlocked for any network',
      'with a case',
      'with a new screen protector',
      'with two cables',
    ],
    wear: ['the glass has a hairline crack', 'the battery is tired', 'the frame is dented'],
  },
  {
    name: 'tools',
    makers: ['Ironleaf', 'Redmesa', 'Emberline', 'Stillwater'],
    colours: coats,
    items: [
      { name: 'cordless drill', dollars: [30, 290] },
      { name: 'table saw', dollars: [140, 1_700] },
      { name: 'socket set', dollars: [20, 340] },
      { name: 'welding set', dollars: [160, 2_100] },
      { name: 'workbench', dollars: [50, 620] },
      { name: 'metal lathe', dollars: [1_800, 8_600] },
    ],
    features: ['from a home workshop', 'with the manual', 'serviced this year', 'ready for work'],
    wear: ['the guard is bent', 'some parts of the set are missing', 'the switch sticks at times'],
  },
  {
    name: 'watches',
    makers: ['Solvane', 'Tideline', 'Halcyor', 'Brightreed', 'Bluefjord'],
    colours: coats,
    items: [
      { name: 'automatic watch', dollars: [150, 4_900] },
      { name: 'diving watch', dollars: [120, 6_500] },
      { name: 'field watch', dollars: [60, 620] },
      { name: 'chronograph', dollars: [180, 8_800] },
      { name: 'running watch', dollars: [60, 540] },
    ],
    features: [
      'with box and papers',
      'with a leather strap',
      'with two spare links',
      'keeping good time',
    ],
    wear: ['the crystal is scratched', 'the strap is at its end', 'it gains a minute a day'],
  },
]

export const listingCategories: readonly string[] = categories.map(({ name }) => name)

export const modelLetters = ['A', 'C', 'E', 'K', 'M', 'R', 'S', 'T', 'X', 'Z'] as const

export const newSentences = [
  'Unopened, still sealed.',
  'Never used; it was a present that I already had.',
  'New, with the receipt and a year of warranty.',
  'Opened to check that everything is there, and put back.',
] as const

export const goodSentences = [
  'Used for a year and looked after.',
  'A few light marks, none of which you notice in use.',
  'Bought two years ago, works as on the first day.',
  'One owner, hardly used since last summer.',
] as const

export const reasons = [
  'Selling because we are moving.',
  'I have upgraded and need the space.',
  'It deserves more use than I give it.',
  'Clearing the attic.',
  'A change of hobby.',
  'I bought two by mistake.',
] as const

export const terms = [
  'Collection preferred, shipping possible.',
  'Collection only.',
  'Can be shipped within a day.',
  'Come and try it first.',
  'Open to sensible offers.',
  'Cash or transfer.',
] as const
