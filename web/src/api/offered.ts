/** Whether the service offers a process; asked once. */
import { processes } from './processes';

let offered: Promise<ReadonlySet<string>> | null = null;

export async function offers(process: string): Promise<boolean> {
  offered ??= processes().then((all) => new Set(all.map(({ id }) => id)));
  try {
    return (await offered).has(process);
  } catch {
    offered = null; // asked again with the next card
    return false;
  }
}
