// One picture of the page: node scripts/look.mjs http://127.0.0.1:8080/ map.png [width] [height]
import { chromium } from '@playwright/test';
import { args, executablePath } from './browser.mjs';

const [url, out = 'map.png', width = '1440', height = '900'] = process.argv.slice(2);
if (!url) throw new Error('usage: node scripts/look.mjs URL [OUT.png] [WIDTH] [HEIGHT]');

const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage({ viewport: { width: Number(width), height: Number(height) }, reducedMotion: 'reduce' });
page.on('console', (message) => ['error', 'warning'].includes(message.type()) && console.log(message.type(), message.text()));
page.on('pageerror', (error) => console.log('page error', error.stack));
await page.goto(url);
await page.waitForSelector('html[data-map=idle]', { state: 'attached', timeout: 90_000 });
await page.evaluate(() => document.fonts.ready);
await page.waitForLoadState('networkidle');
await page.waitForSelector('html[data-map=idle]', { state: 'attached', timeout: 90_000 });
await page.screenshot({ path: out });
await browser.close();
