import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { believed, type Mutant, type Trial } from "./trial.ts";

/** Below this a thread takes longer to start than the mutants take. */
const WORTH_THREADS = 5000;
const THREADS = Math.min(4, availableParallelism());
const PROGRAM = join(import.meta.dirname, "trial-thread.ts");

/** The mutants that were believed; many of them are judged on all cores at once, in no particular order. */
export async function believedOf(trial: Trial, mutants: readonly Mutant[]): Promise<readonly Mutant[]> {
  if (mutants.length < WORTH_THREADS) return believed(trial, mutants);
  // Taken by turns, since a byte late in a file costs more than an early one, which ends the parsing.
  const shares = Array.from({ length: THREADS }, (_, thread) => mutants.filter((__, index) => index % THREADS === thread));
  return (await Promise.all(shares.map((share) => inThread(trial, share)))).flat();
}

async function inThread(trial: Trial, mutants: readonly Mutant[]): Promise<readonly Mutant[]> {
  const worker = new Worker(PROGRAM, { workerData: { trial, mutants } });
  // Why the cast: the program answers once, with this.
  const [accepted] = (await once(worker, "message")) as [readonly Mutant[]];
  return accepted;
}
