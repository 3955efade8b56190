/** Notices: what went wrong or was not understood, what can be done. Kept as message keys, so they follow the language. */
import type { MessageKey } from '../i18n';

export interface Notice {
  id: number;
  key: MessageKey;
  values: Record<string, string>;
  /** Values that are messages themselves. */
  words: Record<string, MessageKey>;
  retry?: () => void;
}

class Notices {
  all = $state.raw<readonly Notice[]>([]);
  #next = 1;

  add(key: MessageKey, notice: Partial<Pick<Notice, 'values' | 'words' | 'retry'>> = {}): void {
    const added: Notice = { id: this.#next++, key, values: {}, words: {}, ...notice };
    this.all = [...this.all.slice(-2), added];
  }

  close(id: number): void {
    this.all = this.all.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
