import type { BenchEntry } from "./entry.ts";

/** Every entry, in the order of the report. Adding one is adding a file and a line here. */
export const ENTRIES: readonly BenchEntry[] = [];
