import { describe, expect, it } from 'vitest';
import { parseAddress, printAddress } from '../url';
import { defaultView } from '../view';
import { commandOf, parseQuestion, printQuestion, type Question } from './question';

const questions: Question[] = [
  { process: 'clusters', layer: 'bases', inputs: {} },
  { process: 'clusters', layer: 'hubs', inputs: { eps_km: '100', method: 'hdbscan' } },
  { process: 'distances', layer: 'mine', inputs: { industry: 'software,electronics', by: 'industry' } },
  { process: 'regions', layer: 'hubs', inputs: { filter: "industry_group IN ('software') AND adcode LIKE '32%'" } },
  { process: 'regions', layer: 'hubs', inputs: { by: '行业/类别=甲 & 乙#1+2' } },
];

describe('a question', () => {
  it('comes back from the address of the page as it was', () => {
    for (const question of questions) {
      const { view, dropped } = parseAddress(printAddress({ ...defaultView, analysis: printQuestion(question) }).split('#')[0] ?? '', '');
      expect(dropped).toEqual([]);
      expect(parseQuestion(view.analysis ?? '')).toEqual(question);
    }
  });

  it('has one address whatever the order of its inputs, and none for how the page speaks', () => {
    const one = printQuestion({ process: 'clusters', layer: 'hubs', inputs: { method: 'optics', eps_km: '5', lang: 'zh' } });
    expect(one).toBe(printQuestion({ process: 'clusters', layer: 'hubs', inputs: { eps_km: '5', method: 'optics' } }));
    expect(one).toBe('clusters/hubs/eps_km=5/method=optics');
  });

  it('is refused when a part of it cannot be read', () => {
    for (const text of ['clusters', 'clusters/nowhere', 'Clusters/bases', 'clusters/bases/eps_km', 'clusters/bases/by=%E0%A4%A', 'clusters/bases/lang=zh']) {
      expect(parseQuestion(text), text).toBeNull();
    }
  });

  it('is a command line that quotes what a shell would read', () => {
    expect(commandOf({ process: 'clusters', layer: 'bases', inputs: { eps_km: '100' } })).toBe('jidi run clusters bases --eps-km 100');
    expect(commandOf({ process: 'related', layer: 'mine', inputs: { corrections: 'label,industry_codes\nqqqq,15' } }), 'a table is a file there').toBe('jidi run related my-list.geojson --corrections corrections.csv');
    expect(commandOf({ process: 'regions', layer: 'hubs', inputs: { filter: "a = 'b'" } })).toBe(`jidi run regions hubs --filter 'a = '\\''b'\\'''`);
  });
});
