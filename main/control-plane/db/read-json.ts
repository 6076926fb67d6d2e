/** What a JSON column holds, for a schema to read. Only our own writes are in there, so a syntax error is corruption. */
export function readJson(text: string): unknown {
  return JSON.parse(text);
}
