import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/opt/google/chrome/chrome'];

/** A browser for pictures and tests: `CHROMIUM_PATH`, or where Linux distributions put it. */
export function findChromium(): string | undefined {
  return [process.env.CHROMIUM_PATH ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
}

export function openChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // Without these Chromium calls its maker at start, which hangs on a closed network.
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** Writes `1400-light.png`, `1400-dark.png`, `400-light.png`, `400-dark.png` of a running sandbox into `folder`. */
export async function takeScreenshots(
  url: string,
  folder: string,
  executablePath: string,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const browser = await openChromium(executablePath);
  const written: string[] = [];
  try {
    for (const width of [1400, 400]) {
      for (const colorScheme of ['light', 'dark'] as const) {
        const page = await browser.newPage({
          colorScheme,
          viewport: { width, height: 860 },
          deviceScaleFactor: 2,
        });
        await page.goto(url);
        await page.locator('main.floor').waitFor();
        const path = join(folder, `${width}-${colorScheme}.png`);
        await page.screenshot({ path, animations: 'disabled' });
        written.push(path);
        await page.close();
      }
    }
  } finally {
    await browser.close();
  }
  return written;
}

if (import.meta.main) {
  const [url, folder] = process.argv.slice(2);
  const chromiumPath = findChromium();
  if (!url || !folder) throw new Error('Usage: screenshot.ts <address of a running sandbox> <folder>');
  if (!chromiumPath) throw new Error('No Chromium found. Set CHROMIUM_PATH to its executable.');
  for (const path of await takeScreenshots(url, folder, chromiumPath)) console.log(path);
}
