// Writes src/generated/noto-subsets.ts: for each subset of Noto Sans SC its two files and the characters it
// covers. The page registers them as font faces and the map style lists them, so both draw from one table and
// a browser fetches only the subsets whose characters are on the screen.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const font = '@fontsource/noto-sans-sc';
const ranges = JSON.parse(readFileSync(`node_modules/${font}/unicode.json`, 'utf8'));
const subsets = Object.entries(ranges).filter(([name]) => /^\[\d+\]$/.test(name));

const imports = [];
const rows = [];
for (const [name, characters] of subsets) {
  const n = name.slice(1, -1);
  for (const weight of [400, 600]) {
    imports.push(`import w${weight}_${n} from '${font}/files/noto-sans-sc-${n}-${weight}-normal.woff2?url';`);
  }
  rows.push(`  [w400_${n}, w600_${n}, '${characters.replaceAll('U+', '')}'],`);
}

mkdirSync('src/generated', { recursive: true });
writeFileSync(
  'src/generated/noto-subsets.ts',
  `${imports.join('\n')}

/** For each subset: the file of weight 400, the file of weight 600, the code points without "U+". */
export const notoSubsets: readonly (readonly [string, string, string])[] = [
${rows.join('\n')}
];
`,
);
console.log(`fonts: ${subsets.length} subsets of Noto Sans SC`);
