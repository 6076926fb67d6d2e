import { parentPort, workerData } from "node:worker_threads";
import { believed, type Mutant, type Trial } from "./trial.ts";

// Why the cast: `believedOf` gave it a moment ago.
const { trial, mutants } = workerData as { readonly trial: Trial; readonly mutants: readonly Mutant[] };
parentPort?.postMessage(await believed(trial, mutants));
