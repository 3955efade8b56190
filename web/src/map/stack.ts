/** Many hubs share one seat: a click on a selected mark goes on to what lies under it. */
export function next(ids: readonly string[], selected: string | null): string | null {
  const at = selected === null ? -1 : ids.indexOf(selected);
  return ids[(at + 1) % ids.length] ?? null;
}
