import { hash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { applyDelta } from "#main/node/delta/apply-delta.ts";
import { makeDelta, type DeltaCodec } from "#main/node/delta/make-delta.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { mutateDelta } from "./delta-mutants.ts";

/** What became of the mutants. `findings` name a mutant each by what came instead of a refusal. */
export type MillResult = { readonly same: number; readonly refused: number; readonly findings: readonly string[] };

/** Two texts whose delta has steps of each kind, and is small enough to try very many of its mutants. */
function sample(): { readonly old: Buffer; readonly fresh: Buffer } {
  const old = Buffer.from("the quick brown fox jumps over the lazy dog. ".repeat(40));
  const moved = Buffer.concat([old.subarray(900), Buffer.from("0123456789".repeat(12)), old.subarray(0, 900)]);
  return { old, fresh: Buffer.from(moved.toString().replaceAll("lazy", "sleepy").replaceAll("quick", "slow ")) };
}

/** Applies `count` mutants of a delta, which `random` chooses, and sorts what comes of them. */
export async function millDeltas(codec: DeltaCodec, count: number, random: () => number): Promise<MillResult> {
  const { old, fresh } = sample();
  const folder = await mkdtemp(join(tmpdir(), "rollcall-fuzz-"));
  const [oldPath, deltaPath, newPath] = [join(folder, "old"), join(folder, "delta"), join(folder, "new")];
  const expected = {
    oldBytes: old.length,
    newBytes: fresh.length,
    oldSha256: hash("sha256", old),
    newSha256: hash("sha256", fresh),
  };
  const result = { same: 0, refused: 0, findings: [] as string[] };
  try {
    await writeFile(oldPath, old);
    const delta = Buffer.concat(await makeDelta(old, fresh, codec));
    const { signal } = new AbortController();
    for (let tried = 0; tried < count; tried += 1) {
      const mutant = mutateDelta(delta, random);
      await writeFile(deltaPath, mutant);
      try {
        await applyDelta({ deltaPath, oldPath, newPath, expected, signal });
        if ((await readFile(newPath)).equals(fresh)) result.same += 1;
        else result.findings.push(`mutant ${tried} of ${codec} led to other bytes: ${mutant.toString("hex")}`);
      } catch (thrown) {
        const { code, message } = toAppError(thrown);
        if (code === "DELTA_INVALID") result.refused += 1;
        else result.findings.push(`mutant ${tried} of ${codec} ended with ${code}, ${message}: ${mutant.toString("hex")}`);
      }
    }
    return result;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
