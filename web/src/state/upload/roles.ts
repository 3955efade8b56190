/** What a column is for, guessed from its name in English or Chinese. */

export const roles = ['name', 'place', 'province', 'lon', 'lat', 'industry', 'adcode', 'id'] as const;

export type Role = (typeof roles)[number];

/** Each column's role; null for a column that is only kept. */
export type Roles = readonly (Role | null)[];

/** The first that fits decides. English is compared by words, Chinese by what the name holds. */
const patterns: readonly [Role, RegExp][] = [
  ['lon', /^(x|lon|lng|long|longitude|point x|经度|东经)$|\b(lon|lng|longitude)\b|经度/],
  ['lat', /^(y|lat|latitude|point y|纬度|北纬)$|\b(lat|latitude)\b|纬度/],
  ['adcode', /^(code|gb|代码)$|\badcode\b|\bgb ?(code|2260)\b|行政区划?代?码|区划代?码|区域代码/],
  ['id', /^(id|no|nr|fid|objectid|number|编号|序号|序)$/],
  ['province', /^(prov|state|region|省|省市|省级)$|\bprovince\b|省份|所在省/],
  ['industry', /\b(industry|industries|sector)\b|产业$|产业类|行业|领域/],
  ['place', /^(市|县|区|city|county|district)$|\b(place|location|address|addr|town)\b|所在|地址|地点|位置|城市|区县|市县|属地/],
  ['name', /^(base|company|firm|site|基地|企业|公司|单位|园区|机构|项目)$|\b(names?|title)\b|名称|名字|名$|全称|简称/],
];

export function roleOf(column: string): Role | null {
  const folded = fold(column);
  return patterns.find(([, pattern]) => pattern.test(folded))?.[0] ?? null;
}

function fold(column: string): string {
  const plain = column.normalize('NFKC').replace(/\(.*?\)/g, '').replace(/([a-z])([A-Z])/g, '$1 $2');
  return plain.toLowerCase().replace(/[_\-./:#\s]+/g, ' ').trim();
}

/** A role for every column, no role twice. Where none is a name or a place, the first with words in it is the name. */
export function guessRoles(columns: readonly string[], rows: readonly (readonly string[])[]): Roles {
  const taken = new Set<Role>();
  const guessed = columns.map((column) => {
    const role = roleOf(column);
    if (role === null || taken.has(role)) return null;
    taken.add(role);
    return role;
  });
  if (taken.has('name') || taken.has('place')) return guessed;
  const worded = columns.findIndex(
    (_, i) => guessed[i] === null && rows.some((cells) => /\p{L}/u.test(cells[i] ?? '')),
  );
  return worded < 0 ? guessed : guessed.map((role, i) => (i === worded ? 'name' : role));
}

/** Gives a column its role and takes it from the column that had it. */
export function withRole(current: Roles, column: number, role: Role | null): Roles {
  return current.map((before, i) => (i === column ? role : before === role ? null : before));
}

/** Longitude and latitude the other way round. */
export function swapped(current: Roles): Roles {
  return current.map((role) => (role === 'lon' ? 'lat' : role === 'lat' ? 'lon' : role));
}
