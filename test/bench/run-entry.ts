/** Child process of the harness: measures the entry that argv names and sends the samples to the parent. */
import { ENTRIES } from "./catalogue.ts";
import type { Sample } from "./entry.ts";

const name = process.argv[2];
const entry = ENTRIES.find((one) => one.name === name);
if (entry === undefined) throw new Error(`There is no bench entry named ${name}.`);

const samples: Sample[] = [];
for (let run = 0; run < entry.runs; run += 1) samples.push(await entry.measure());
process.send?.(samples);
process.disconnect?.();
