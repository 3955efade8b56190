/** The form of a process, made from its description; nothing about a process is written down here again. */
import type { InputDescription, Inputs, ProcessDescription } from '../../api/processes';
import type { Lang } from '../view';

export interface Field {
  name: string;
  kind: 'choice' | 'number' | 'integer' | 'switch' | 'text' | 'table';
  label: string;
  hint: string;
  choices: readonly string[];
  minimum: number | null;
  /** Whether the minimum itself is too small. */
  isAbove: boolean;
  maximum: number | null;
  /** The default; empty where the service chooses or nothing holds. */
  initial: string;
}

export type Fault = 'empty' | 'number' | 'integer' | 'low' | 'high';

/** Inputs that the page gives itself. */
const own = new Set(['collection', 'features', 'bbox', 'filter', 'filter-lang', 'lang', 'estimate']);

export function fieldsOf(description: ProcessDescription, lang: Lang): Field[] {
  return Object.entries(description.inputs)
    .filter(([name, { schema }]) => !own.has(name) && schema.type !== 'array' && schema.type !== 'object')
    .map(([name, input]) => fieldOf(name, input, lang));
}

function fieldOf(name: string, { title, description, descriptionZh, schema }: InputDescription, lang: Lang): Field {
  const [label, hint] = parted((lang === 'zh' ? descriptionZh : description) || description || title);
  return {
    name,
    kind: kindOf(schema),
    label,
    hint,
    choices: schema.enum ?? [],
    minimum: schema.minimum ?? null,
    isAbove: schema.exclusiveMinimum ?? false,
    maximum: schema.maximum ?? null,
    initial: schema.default === undefined ? '' : String(schema.default),
  };
}

function kindOf(schema: InputDescription['schema']): Field['kind'] {
  if (schema.enum) return 'choice';
  if (schema.type === 'boolean') return 'switch';
  if (schema.type === 'string') return schema.format === 'csv' ? 'table' : 'text';
  return schema.type as 'number' | 'integer';
}

/** The first clause of a description names the field, the rest explains it. */
export function parted(text: string): [string, string] {
  const at = text.search(/[:;.：；。](\s|$|[^\x00-\x7f])/);
  if (at < 0) return [text, ''];
  const rest = text.slice(at + 1).trim();
  return [text.slice(0, at), rest.charAt(0).toUpperCase() + rest.slice(1)];
}

/** What is wrong with a text, by the bounds of its field; the service has the last word. */
export function faultOf(field: Field, text: string): Fault | null {
  if (text.trim() === '') return field.kind === 'choice' ? 'empty' : null;
  if (field.kind !== 'number' && field.kind !== 'integer') return null;
  const number = Number(text);
  if (!Number.isFinite(number)) return 'number';
  if (field.kind === 'integer' && !/^\d+$/.test(text.trim())) return 'integer';
  if (field.minimum !== null && (number < field.minimum || (field.isAbove && number === field.minimum))) return 'low';
  return field.maximum !== null && number > field.maximum ? 'high' : null;
}

/** What was chosen, without what the service would take anyway. */
export function inputsOf(fields: readonly Field[], values: Inputs): Record<string, string> {
  const given = fields.flatMap(({ name, initial }) => {
    const value = (values[name] ?? initial).trim();
    return value === '' || value === initial ? [] : [[name, value] as const];
  });
  return Object.fromEntries(given);
}

/** The few inputs that change an answer most stand open, the rest is folded away. */
export function halves(fields: readonly Field[], values: Inputs, most = 4): [Field[], Field[]] {
  const isSet = ({ name, initial }: Field) => (values[name] ?? initial) !== initial;
  const open = fields.filter((field, place) => place < most || isSet(field));
  return [open, fields.filter((field) => !open.includes(field))];
}
