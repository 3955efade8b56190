/** A question to the service: which process, on which points, with which inputs. It is written into the address. */
import type { Inputs } from '../../api/processes';
import type { LayerId } from '../../api/types';

export interface Question {
  process: string;
  layer: LayerId;
  /** What was chosen; what is left out follows the service's defaults. */
  inputs: Inputs;
}

const layers: readonly LayerId[] = ['bases', 'hubs', 'mine'];
/** Inputs that say where a list of the user lies or how the page speaks, not what is asked. */
const unwritten = new Set(['lang', 'estimate']);

/** `clusters/bases/eps_km=100`: parts apart by slashes, each percent-encoded, inputs in the order of their names. */
export function printQuestion({ process, layer, inputs }: Question): string {
  const pairs = Object.entries(inputs)
    .filter(([name]) => !unwritten.has(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return [process, layer, ...pairs].join('/');
}

/** The question that a text holds; null where it holds none. */
export function parseQuestion(text: string): Question | null {
  const [process = '', layerText, ...pairs] = text.split('/');
  const layer = layers.find((one) => one === layerText);
  if (!/^[a-z_]+$/.test(process) || layer === undefined) return null;
  const inputs: Record<string, string> = {};
  for (const pair of pairs) {
    const match = /^([a-z_0-9]+)=(.*)$/.exec(pair);
    const value = match?.[2] === undefined ? null : decoded(match[2]);
    if (match?.[1] === undefined || value === null || unwritten.has(match[1])) return null;
    inputs[match[1]] = value;
  }
  return { process, layer, inputs };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** A line for a terminal that gives the same answer. */
export function commandOf({ process, layer, inputs }: Question): string {
  const target = layer === 'mine' ? 'my-list.geojson' : layer;
  const given = Object.entries(inputs)
    .filter(([name]) => !unwritten.has(name))
    .map(([name, value]) => `--${name.replaceAll('_', '-')} ${argumentOf(name, value)}`);
  return ['jidi run', process, target, ...given].join(' ');
}

/** A value as the command line takes it; tables are files there. */
function argumentOf(name: string, value: string): string {
  if (value.includes('\n')) return `${name}.csv`;
  return /^[\w.,:-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
