import { keptInMemory, sourceOf, verify } from "./warm-client.ts";

/** One changed file: which of its bytes, and which bits of that are turned over. */
export type Mutant = { readonly position: number; readonly bits: number };

/** A file that is shown changed to a host that lacks it alone. Plain bytes throughout, so that a thread can take it. */
export type Trial = {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly metadata: ReadonlyMap<string, Uint8Array>;
  readonly targets: ReadonlyMap<string, Uint8Array>;
  /** What the host has accepted before, by role. */
  readonly kept: ReadonlyMap<string, Uint8Array>;
  readonly trustRoot: Uint8Array;
  /** The release that the host looks for. */
  readonly path: string;
};

/** The bytes of a mutant. */
export function mutate(bytes: Uint8Array, { position, bits }: Mutant): Buffer {
  const copy = Buffer.from(bytes);
  copy[position] = (copy[position] ?? 0) ^ bits;
  return copy;
}

/** Shows every mutant to a host of its own, which judges it with the agent's code; those that were believed. */
export async function believed(trial: Trial, mutants: readonly Mutant[]): Promise<readonly Mutant[]> {
  const { name, bytes, kept, trustRoot, path } = trial;
  const served = { metadata: asBuffers(trial.metadata), targets: asBuffers(trial.targets) };
  const seen = asBuffers(kept);
  const accepted: Mutant[] = [];
  for (const mutant of mutants) {
    const source = sourceOf(served, new Map([[name, mutate(bytes, mutant)]]));
    await verify(source, keptInMemory(seen), trustRoot, path).then(
      () => accepted.push(mutant),
      () => undefined,
    );
  }
  return accepted;
}

function asBuffers(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Buffer> {
  return new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes)]));
}
