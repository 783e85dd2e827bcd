// The page in a real Chromium, over a real lens. What it says is read from the accessibility tree.
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { launchBrowser } from '../../test/browser.ts'
import { negotiation, type Story, search } from '../../test/negotiation-trace.ts'
import { logsBody, tracesBody } from '../../test/otlp.ts'
import { type RunningLens, startLens } from '../../test/start-lens.ts'

const good = '4bf92f3577b34da6a3ce929d0e0e4736'
const bad = '9c1d0fa25e8b47719c1d0fa25e8b4771'
const quick = '5ea4c4f00d0000000000000000000001'

let browser: Browser
let lens: RunningLens
let context: BrowserContext
let page: Page
let complaints: string[]

beforeAll(async () => {
  browser = await launchBrowser()
  lens = await startLens()
})
beforeEach(async () => {
  lens.store.clear()
  context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  page = await context.newPage()
  complaints = []
  page.on('pageerror', (err) => complaints.push(err.message))
  // A refused script or style is reported here: the policy forbids everything foreign.
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
})
afterEach(async () => {
  await context.close()
  expect(complaints).toEqual([])
})
afterAll(async () => {
  await browser?.close()
  await lens?.close()
})

async function send({ spans, logs }: Story): Promise<void> {
  await lens.send('traces', tracesBody(spans))
  await lens.send('logs', logsBody(logs))
}

async function openTrace(traceId: string, query = ''): Promise<void> {
  await page.goto(`${lens.pageUrl}/traces/${traceId}${query}`)
  await page.getByRole('treegrid').waitFor()
}

const selectedRow = () => page.locator('[role=row][aria-selected=true]')
const row = (name: RegExp | string) => page.getByRole('row', { name })

test('lists traces as they arrive, newest first, and opens one', async () => {
  await page.goto(lens.pageUrl)
  await page.getByText('No traces yet').waitFor()
  await send(search({ traceId: quick, startMs: 0 }))
  const rows = page.getByRole('listitem')
  await expect.poll(() => rows.count()).toBe(1)
  await send(negotiation({ traceId: good, startMs: 1_000 }))
  await expect.poll(() => rows.first().textContent()).toContain('POST /v1/negotiate')
  expect(await page.getByRole('link', { name: /gateway, POST \/v1\/negotiate/ }).count()).toBe(1)
  await rows.first().getByRole('link').click()
  await page.getByRole('treegrid').waitFor()
  expect(page.url()).toBe(`${lens.pageUrl}/traces/${good}`)
  await page.goBack()
  await expect.poll(() => rows.count()).toBe(2)
})

test('does not move what is under the pointer: new traces wait', async () => {
  await send(search({ traceId: quick }))
  await page.goto(lens.pageUrl)
  await page.getByRole('listitem').first().hover()
  await send(negotiation({ traceId: good, startMs: 1_000 }))
  await page.getByText('1 new trace').waitFor()
  expect(await page.getByRole('listitem').count()).toBe(1)
  await page.mouse.move(5, 5)
  await expect.poll(() => page.getByRole('listitem').count()).toBe(2)
})

test('lets a new trace wait while the focus goes from row to row', async () => {
  await send(search({ traceId: quick }))
  await send(negotiation({ traceId: bad, isFailing: true, startMs: 500 }))
  await page.goto(lens.pageUrl)
  await page.getByRole('listitem').nth(1).waitFor()
  await page.keyboard.press('ArrowDown')
  await send(negotiation({ traceId: good, startMs: 1_000 }))
  await page.getByText('1 new trace').waitFor()
  await page.keyboard.press('ArrowDown')
  expect(await page.locator('li:nth-child(2) :focus').count()).toBe(1)
  expect(await page.getByText('1 new trace').count()).toBe(1)
  await page.keyboard.press('/')
  await expect.poll(() => page.getByRole('listitem').count()).toBe(3)
})

test('opens what is pressed, also when it changes before the release', async () => {
  const { spans } = negotiation({ traceId: good })
  await lens.send('traces', tracesBody(spans.slice(0, 10)))
  await page.goto(lens.pageUrl)
  await page.getByRole('listitem').getByRole('link').hover()
  await page.mouse.down()
  await lens.send('traces', tracesBody(spans.slice(10, 20)))
  await page.getByText('1 trace · 20 spans').waitFor()
  await page.mouse.up()
  await row(/^gateway, POST/).hover()
  await page.mouse.down()
  const answer = page.waitForResponse(/since=/)
  await lens.send('traces', tracesBody(spans.slice(20)))
  await (await answer).finished()
  await page.mouse.up()
  await page.getByRole('complementary', { name: 'Details' }).waitFor()
  await page.getByText(`${spans.length} spans`, { exact: true }).waitFor()
})

const show = (isShown: boolean) => `
  Object.defineProperty(document, 'hidden', { value: ${!isShown}, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
`

test('holds no connection while nobody looks at it, and catches up when it is shown', async () => {
  await page.goto(lens.pageUrl)
  await page.getByText('No traces yet').waitFor()
  const closed = page.waitForEvent('requestfailed', (request) =>
    request.url().endsWith('/api/events'),
  )
  await page.evaluate(show(false))
  await closed
  await send(search({ traceId: quick }))
  await page.evaluate(show(true))
  await page.getByRole('listitem').waitFor()
})

test('has a title also in a tab that opens in the background', async () => {
  await send(search({ traceId: quick }))
  await page.addInitScript(show(false))
  await page.goto(`${lens.pageUrl}/traces/${quick}`)
  await expect.poll(() => page.title()).toBe('POST /v1/search · lens')
})

test('searches traces and remembers the search in the address', async () => {
  await send(search({ traceId: quick }))
  await send(negotiation({ traceId: bad, isFailing: true }))
  await page.goto(lens.pageUrl)
  await page.keyboard.press('/')
  await page.keyboard.type('service:model-server')
  await expect.poll(() => page.getByRole('listitem').count()).toBe(1)
  await page.reload()
  await expect.poll(() => page.getByRole('listitem').count()).toBe(1)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Errors only' }).click()
  await expect.poll(() => page.getByRole('listitem').allTextContents()).toHaveLength(1)
  expect(page.url()).toContain('status%3Aerror')
})

test('draws the tree of a trace as a treegrid with words for what colours say', async () => {
  await send(negotiation({ traceId: bad, isFailing: true }))
  await openTrace(bad)
  const grid = page.getByRole('treegrid')
  expect(await grid.getAttribute('aria-rowcount')).toBe('32')
  const root = row(/^gateway, POST \/v1\/negotiate, server, 46.2 ms, 1 log$/)
  expect(await root.getAttribute('aria-level')).toBe('1')
  expect(await root.getAttribute('aria-expanded')).toBe('true')
  const consumer = row(/process throughline-tasks, consumer, 724 ms, waited 70.5 ms/)
  expect(await consumer.getAttribute('aria-level')).toBe('5')
  expect(await consumer.locator('.wait').count()).toBe(1)
  expect(await row(/orchestrator, run task, internal, 720 ms, error/).count()).toBe(1)
  expect(await page.getByRole('button', { name: '4 errors' }).count()).toBe(1)
  expect(await page.title()).toBe('POST /v1/negotiate · lens')
})

test('is driven by the keyboard alone', async () => {
  await send(negotiation({ traceId: good }))
  await openTrace(good)
  const selected = async () => (await selectedRow().getAttribute('aria-label')) ?? ''
  await page.keyboard.press('ArrowDown')
  expect(await selected()).toMatch(/^gateway, POST/)
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  expect(await selected()).toMatch(/^gateway, throughline.v1.NegotiationService/)
  await page.keyboard.press('End')
  expect(await selected()).toMatch(/UPDATE negotiations/)
  const active = await page.getByRole('treegrid').getAttribute('aria-activedescendant')
  expect(await page.locator(`#${active}`).getAttribute('aria-label')).toBe(await selected())
  await page.keyboard.press('ArrowLeft')
  expect(await selected()).toMatch(/core, throughline.v1.TaskService\/CompleteTask, server/)
  await page.keyboard.press('Home')
  await page.keyboard.press('Enter')
  const detail = page.getByRole('complementary', { name: 'Details' })
  expect(await detail.getByRole('heading', { level: 2 }).textContent()).toBe('POST /v1/negotiate')
  await page.keyboard.press('Escape')
  expect(await detail.count()).toBe(0)
  await page.keyboard.press('?')
  expect(await page.getByRole('dialog').isVisible()).toBe(true)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect.poll(() => page.url()).toBe(`${lens.pageUrl}/`)
})

test('goes from error to error and from match to match', async () => {
  await send(negotiation({ traceId: bad, isFailing: true }))
  await openTrace(bad)
  const names: string[] = []
  for (let press = 0; press < 4; press++) {
    await page.keyboard.press('e')
    names.push((await selectedRow().getAttribute('aria-label'))?.split(', ')[1] ?? '')
  }
  expect(names).toEqual([
    'run task',
    'run node',
    'chat throughline-tiny',
    'POST /v1/chat/completions',
  ])
  await page.keyboard.press('/')
  await page.keyboard.type('gen_ai.request.model=throughline-tiny')
  expect(await page.getByText('2 found').count()).toBe(1)
  await page.keyboard.press('Enter')
  expect(await selectedRow().getAttribute('aria-label')).toContain('chat throughline-tiny')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'model-server' }).click()
  expect(await page.getByText('5 found').count()).toBe(1)
})

test('shows everything about a span, and its address leads back to it', async () => {
  await send(negotiation({ traceId: bad, isFailing: true }))
  await openTrace(bad)
  for (let press = 0; press < 4; press++) await page.keyboard.press('e')
  await page.keyboard.press('Enter')
  const detail = page.getByRole('complementary', { name: 'Details' })
  for (const text of ['fault asked for: model-error', 'http.response.status_code', '+319 ms']) {
    expect(await detail.getByText(text).count()).toBe(1)
  }
  expect(await detail.getByText('request failed').count()).toBe(1)
  const address = page.url()
  expect(address).toMatch(/\?span=[0-9a-f]{16}$/)
  await page.goto('about:blank')
  await page.goto(address)
  expect(await detail.getByRole('heading', { level: 2 }).textContent()).toBe(
    'POST /v1/chat/completions',
  )
  await detail.getByRole('link', { name: 'run task' }).click()
  expect(await detail.getByRole('heading', { level: 2 }).textContent()).toBe('run task')
})

test('follows a link to another trace and back', async () => {
  const story = negotiation({ traceId: good })
  const target = story.spans.find(({ name }) => name === 'run task')
  await send(story)
  const [root] = search({ traceId: quick }).spans
  if (!root || !target) throw new Error('the stories have no such spans')
  const links = [{ traceId: good, spanId: target.spanId }]
  await lens.send('traces', tracesBody([{ ...root, links }]))
  await openTrace(quick, `?span=${root.spanId}`)
  const detail = page.getByRole('complementary', { name: 'Details' })
  await detail.getByRole('link', { name: `${target.spanId} in trace ${good}` }).click()
  await expect.poll(() => detail.getByRole('heading', { level: 2 }).textContent()).toBe('run task')
  await detail.getByRole('link', { name: `${root.spanId} in trace ${quick}` }).click()
  await expect
    .poll(() => detail.getByRole('heading', { level: 2 }).textContent())
    .toBe('POST /v1/search')
})

test('puts logs in their place', async () => {
  await send(negotiation({ traceId: good }))
  await openTrace(good)
  expect(await page.getByRole('row', { name: /^log, / }).count()).toBe(0)
  await page.keyboard.press('l')
  expect(await row('log, INFO, request received, +1.1 ms').getAttribute('aria-level')).toBe('2')
  await row('log, INFO, request received, +1.1 ms').click()
  const detail = page.getByRole('complementary', { name: 'Details' })
  expect(await detail.getByText('code.function.name').count()).toBe(1)
})

test('fills a trace in while its spans arrive', async () => {
  const { spans } = negotiation({ traceId: good })
  await page.goto(`${lens.pageUrl}/traces/${good}`)
  await page.getByText('Nothing of this trace has come yet').waitFor()
  // Chromium reports the 404 by itself.
  complaints.length = 0
  // The children come first, as they do in life.
  await lens.send('traces', tracesBody(spans.slice(20)))
  await page.getByText('incomplete').waitFor()
  expect(await page.getByText('parent missing').count()).toBeGreaterThan(0)
  await page.getByRole('treegrid').press('End')
  const before = await selectedRow().getAttribute('aria-label')
  await lens.send('traces', tracesBody(spans.slice(0, 20)))
  await page.getByText('complete', { exact: true }).waitFor()
  expect(await page.getByText('parent missing').count()).toBe(0)
  expect(await selectedRow().getAttribute('aria-label')).toBe(before)
  expect(await page.getByText(`${spans.length} spans`, { exact: true }).count()).toBe(1)
})

test('zooms by dragging over the small picture, and back', async () => {
  await send(negotiation({ traceId: good }))
  await openTrace(good)
  const width = async () =>
    (
      await row(/, run task/)
        .locator('.stretch')
        .boundingBox()
    )?.width ?? 0
  const whole = await width()
  const box = await page.locator('.minimap').boundingBox()
  if (!box) throw new Error('there is no small picture')
  await page.mouse.move(box.x + box.width * 0.5, box.y + 20)
  await page.mouse.down()
  await page.mouse.move(box.x + box.width * 0.75, box.y + 20)
  await page.mouse.up()
  expect(await width()).toBeGreaterThan(whole * 1.5)
  await page.keyboard.press('0')
  expect(await width()).toBeCloseTo(whole, 0)
})

test('shows hostile text as text, everywhere', async () => {
  const attack =
    '<img src=x onerror="document.title=\'taken\'"><script>document.title="taken"</script>'
  const span = {
    traceId: good,
    spanId: '00000000000000aa',
    name: attack,
    service: attack,
    startMs: 0,
    durationMs: 5,
    error: attack,
    attributes: { [attack]: attack, ['__proto__']: attack, 'error.type': 'javascript:alert(1)' },
    events: [{ name: attack, atMs: 1, attributes: { [attack]: attack } }],
  }
  const log = { traceId: good, spanId: span.spanId, service: attack, atMs: 2, body: attack }
  await send({ spans: [span], logs: [{ ...log, severity: 'ERROR', attributes: { a: attack } }] })
  await page.goto(lens.pageUrl)
  expect(await page.getByRole('listitem').textContent()).toContain('<img src=x')
  await openTrace(good, `?span=${span.spanId}`)
  await page.keyboard.press('l')
  const detail = page.getByRole('complementary', { name: 'Details' })
  for (const summary of await detail.locator('summary').all()) await summary.click()
  expect(await detail.getByText('<img src=x').count()).toBeGreaterThan(8)
  await row(/^log, ERROR, <img/).click()
  expect(await page.locator('main img, main script').count()).toBe(0)
  expect(await page.locator('a[href^="javascript:"]').count()).toBe(0)
  expect(await page.title()).toBe(`${attack} · lens`)
})

test('draws a ring of parents, a clock that runs backwards and the year 2500', async () => {
  const base = { traceId: good, name: 'odd', service: 'core', durationMs: 1 }
  const id = (number: number) => number.toString(16).padStart(16, '0')
  await lens.send(
    'traces',
    tracesBody([
      { ...base, spanId: id(1), parentSpanId: id(2), startMs: 5 },
      { ...base, spanId: id(2), parentSpanId: id(1), startMs: 4 },
      { ...base, spanId: id(3), parentSpanId: id(3), startMs: 3 },
      { ...base, spanId: id(4), startMs: 9, durationMs: -5 },
      { ...base, spanId: id(5), startMs: 1.5e13 },
      { ...base, spanId: id(6), startMs: -1.7e12 },
    ]),
  )
  await openTrace(good)
  expect(await page.getByRole('row').count()).toBe(1 + 6)
})

test('stays usable with ten thousand spans in one deep trace', async () => {
  const id = (number: number) => (number + 1).toString(16).padStart(16, '0')
  const spans = Array.from({ length: 10_000 }, (_, number) => ({
    traceId: good,
    spanId: id(number),
    // Chains of a hundred, all below the root.
    ...(number === 0 ? {} : { parentSpanId: id(number % 100 === 1 ? 0 : number - 1) }),
    name: `step ${number}`,
    service: `service-${number % 7}`,
    startMs: number,
    durationMs: 10_000 - number,
  }))
  for (let from = 0; from < spans.length; from += 1_000) {
    await lens.send('traces', tracesBody(spans.slice(from, from + 1_000)))
  }
  await openTrace(good)
  const grid = page.getByRole('treegrid')
  expect(await grid.getAttribute('aria-rowcount')).toBe('10001')
  expect(await page.locator('.line').count()).toBeLessThan(80)
  const tookMs = async (work: () => Promise<void>) => {
    const start = performance.now()
    await work()
    return performance.now() - start
  }
  // Far above what it takes; what freezes for seconds fails.
  expect(await tookMs(() => grid.press('End'))).toBeLessThan(1_000)
  expect(await selectedRow().getAttribute('aria-label')).toContain('step 9999')
  expect(await tookMs(() => page.keyboard.press('x'))).toBeLessThan(1_000)
  await page.keyboard.press('/')
  expect(await tookMs(() => page.keyboard.insertText('step 7777'))).toBeLessThan(1_000)
  expect(await page.getByText('1 found').count()).toBe(1)
  await page.keyboard.press('Enter')
  await expect.poll(() => selectedRow().getAttribute('aria-label')).toContain('step 7777')
})
