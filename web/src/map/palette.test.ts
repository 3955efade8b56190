import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { palettes } from './palette';

it('shares its colours with the interface', () => {
  const css = readFileSync('src/styles/tokens.css', 'utf8');
  const token = (name: string) => new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`).exec(css)?.slice(1);
  const shared = { sea: 'sea', ink: 'ink', ink2: 'ink-2', place: 'ink-3', seal: 'seal', accent: 'accent' } as const;
  for (const [name, tokenName] of Object.entries(shared) as [keyof typeof shared, string][]) {
    expect([name, palettes.light[name], palettes.dark[name]]).toEqual([name, ...(token(tokenName) ?? [])]);
  }
});
