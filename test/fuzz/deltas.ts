/**
 * `npm run fuzz:deltas -- [--count N] [--trees N] [--seed N] [--jobs N]`: applies mutated deltas, a million unless told, and
 * beside them a hundredth of that between trees, unless told, in processes of their own. Exit code 1 when one of them crashed a process, led to other bytes, or ended otherwise than refused.
 */
import { fork } from "node:child_process";
import { parseArgs } from "node:util";
import { z } from "zod";
import { seededRandom } from "#test/builders/seeded-random.ts";
import { millDeltas } from "./delta-mill.ts";
import { millTreeDeltas } from "./tree-mill.ts";

const BATCH = 5000;
/** Each makes and removes folders, which takes a hundred times as long. */
const TREE_BATCH = 500;
const millResult = z.object({ same: z.int(), refused: z.int(), findings: z.array(z.string()), peakBytes: z.int() });
type Batch = z.infer<typeof millResult>;

const { values } = parseArgs({
  options: {
    trees: { type: "string" },
    count: { type: "string" },
    seed: { type: "string" },
    jobs: { type: "string" },
    batch: { type: "string" },
  },
});
const seed = Number(values.seed ?? 20_261_121);
const count = Number(values.count ?? 1_000_000);
const batches = Math.ceil(count / BATCH);
const treeBatches = Math.ceil(Number(values.trees ?? count / 100) / TREE_BATCH);

async function millBatch(batch: number): Promise<Batch> {
  const child = fork(import.meta.filename, ["--batch", String(batch), "--seed", String(seed), "--count", String(count)]);
  const answer = await new Promise<unknown>((settle) => {
    child.once("message", settle);
    child.once("exit", (code, signal) => settle(`ended with ${signal ?? code}`));
  });
  const parsed = millResult.safeParse(answer);
  if (parsed.success) return parsed.data;
  return { same: 0, refused: 0, findings: [`the process of batch ${batch}, seed ${seed}, ${String(answer)}`], peakBytes: 0 };
}

async function millAll(): Promise<void> {
  const total = { same: 0, refused: 0, findings: [] as string[], peakBytes: 0 };
  let next = 0;
  const job = async (): Promise<void> => {
    while (next < batches + treeBatches) {
      const batch = await millBatch(next++);
      total.same += batch.same;
      total.refused += batch.refused;
      total.findings.push(...batch.findings);
      total.peakBytes = Math.max(total.peakBytes, batch.peakBytes);
      if (process.stderr.isTTY) process.stderr.write(`\r${total.same + total.refused} tried, ${total.findings.length} findings`);
    }
  };
  await Promise.all(Array.from({ length: Number(values.jobs ?? 2) }, job));
  console.log(
    `${total.same + total.refused} mutants (seed ${seed}): ${total.refused} refused, ${total.same} harmless, ${total.findings.length} findings; ` +
      `no process had more than ${Math.round(total.peakBytes / 2 ** 20)} MiB.`,
  );
  for (const finding of total.findings.slice(0, 20)) console.log(finding);
  process.exitCode = total.findings.length === 0 ? 0 : 1;
}

if (values.batch === undefined) await millAll();
else {
  const batch = Number(values.batch);
  const random = seededRandom(seed + batch);
  const result =
    batch < batches
      ? await millDeltas(batch % 5 === 0 ? "dictionary" : "matches", BATCH, random)
      : await millTreeDeltas(TREE_BATCH, random);
  process.send?.({ ...result, peakBytes: process.resourceUsage().maxRSS * 1024 });
  process.disconnect();
}
