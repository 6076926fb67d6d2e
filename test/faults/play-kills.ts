import { KillHost } from "./kill-host.ts";
import { killRounds, type KillRound } from "./kill-round.ts";

/** What the rounds are played with. Each job has a host, and a seed, of its own. */
export type KillGame = { readonly program: string; readonly rounds: number; readonly seed: number; readonly jobs: number };

/** A round after which something did not hold: `seed` and its number play it, and all before it, again. */
export type BrokenRound = { readonly seed: number; readonly round: KillRound; readonly what: string };

/** Plays the rounds, each job's on one host as they come; a host after whose round something is broken makes room for a new one. */
export async function playKills({ program, rounds, seed, jobs }: KillGame): Promise<readonly BrokenRound[]> {
  const broken: BrokenRound[] = [];
  const job = async (index: number): Promise<void> => {
    const own = { seed: seed + index, count: Math.ceil((rounds - index) / jobs) };
    let host: KillHost | undefined;
    try {
      for (const round of killRounds(own.seed, own.count)) {
        host ??= await KillHost.prepare(program);
        const what = await host.play(round);
        if (what === undefined) continue;
        broken.push({ seed: own.seed, round, what });
        await host.close();
        host = undefined;
      }
    } finally {
      await host?.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, rounds) }, (_, index) => job(index)));
  return broken;
}
