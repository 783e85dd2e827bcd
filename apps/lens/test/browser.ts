// A real Chromium for the tests of the page.
import { execFileSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

const candidates = 'chromium chromium-browser google-chrome google-chrome-stable'

export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: findChromium(),
    // A closed network answers none of what Chromium asks for in the background.
    args: [
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-gpu',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

function findChromium(): string {
  const script = `for name in "$CHROME_PATH" ${candidates}; do command -v "$name" && exit; done; exit 1`
  try {
    return execFileSync('sh', ['-c', script], { encoding: 'utf8' }).trim()
  } catch (cause) {
    throw new Error(
      'The tests of the page need Chromium: install it (Debian: apt-get install chromium) or set CHROME_PATH.',
      { cause },
    )
  }
}
