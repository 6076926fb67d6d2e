/** A row whose empty columns are left out, as the schemas of `shared` have it: absent instead of null. */
export function withoutNulls(row: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null));
}
