/** Shortcuts: which key asks for what. Single letters rest while a text field has the focus, and can be switched off. */
import { store as keep, stored } from './preferences';

export type Command =
  | 'search' | 'results' | 'map' | 'legend' | 'previous' | 'next' | 'escape' | 'nearest' | 'panel' | 'shortcuts';

const commands: Readonly<Record<string, Command>> = {
  '/': 'search',
  r: 'results',
  m: 'map',
  l: 'legend',
  ',': 'previous',
  '.': 'next',
  n: 'nearest',
  '[': 'panel',
  '?': 'shortcuts',
};

class LetterKeys {
  on = $state(stored('letterKeys', ['on', 'off']) !== 'off');

  set(on: boolean): void {
    this.on = on;
    keep('letterKeys', on ? 'on' : 'off');
  }
}

export const letterKeys = new LetterKeys();

export function commandOf(event: KeyboardEvent): Command | null {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return null;
  if (isTextField(event.target)) return null;
  if (event.key === 'Escape') return 'escape';
  return letterKeys.on ? (commands[event.key.toLowerCase()] ?? null) : null;
}

function isTextField(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('input:not([type=checkbox]), select, textarea, dialog') !== null;
}
