import { IntlMessageFormat } from 'intl-messageformat';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserLang, kilometres, message } from './index';
import analysisEn from './messages/analysis.en.json';
import analysisZh from './messages/analysis.zh-Hans.json';
import en from './messages/en.json';
import uploadEn from './messages/upload.en.json';
import uploadZh from './messages/upload.zh-Hans.json';
import zh from './messages/zh-Hans.json';

type Catalogue = Record<string, string>;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === 'generated' ? [] : sources(path);
    return /\.(ts|svelte)$/.test(name) && !name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

function argumentsOf(text: string): string[] {
  const names = new Set<string>();
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (value !== null && typeof value === 'object') {
      const node = value as Record<string, unknown>;
      if (typeof node.type === 'number' && node.type > 0 && node.type < 7 && typeof node.value === 'string') names.add(node.value);
      Object.values(node).forEach(visit);
    }
  };
  visit(new IntlMessageFormat(text, 'en').getAst());
  return [...names].sort();
}

const catalogues: [string, Catalogue, Catalogue][] = [
  ['the page', en, zh],
  ['the upload', uploadEn, uploadZh],
  ['the analyses', analysisEn, analysisZh],
];

describe.each(catalogues)('the messages of %s', (_, english, chinese) => {
  it('have the same keys in both languages', () => {
    expect(Object.keys(chinese)).toEqual(Object.keys(english));
  });

  it('have the same arguments in both languages', () => {
    for (const [key, text] of Object.entries(english)) {
      expect([key, argumentsOf(chinese[key] ?? '')]).toEqual([key, argumentsOf(text)]);
    }
  });

  it('are all used', () => {
    const code = sources('src').join('\n');
    const families = [...code.matchAll(/`([a-zA-Z.]+\.)\$\{/g)].map((match) => match[1] ?? '');
    const unused = Object.keys(english).filter(
      (key) => !code.includes(`'${key}'`) && !families.some((family) => key.startsWith(family)),
    );
    expect(unused).toEqual([]);
  });
});

it('fills in numbers and plurals', () => {
  expect(message('en', 'map.outside', { what: 'bases', n: 1 })).toBe('1 base outside this view');
  expect(message('zh', 'map.outside', { what: 'bases', n: 11 })).toBe('视野外有 11 个基地');
});

it('writes distances in each language', () => {
  expect(kilometres('en', 164_730)).toBe('165 km');
  expect(kilometres('en', 1_124_900)).toBe('1,125 km');
  expect(kilometres('en', 4_260)).toBe('4.3 km');
  expect(kilometres('zh', 164_730)).toBe('165公里');
});

it('takes the first language it speaks', () => {
  expect(browserLang(['fr', 'zh-CN', 'en'])).toBe('zh');
  expect(browserLang(['de'])).toBe('en');
});
