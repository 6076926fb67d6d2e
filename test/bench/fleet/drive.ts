/** What one client does once, and says when the answer is there. */
export type Turn = () => Promise<unknown>;

const WARM_UP_MS = 1_000;
const MEASURED_MS = 3_000;

/**
 * Turns per second: every client takes its turns one after the other, `depth` of them under way at a time, for three
 * seconds after a second of warming up.
 */
export async function driveClients(clients: readonly Turn[], depth: number): Promise<number> {
  const measureFrom = performance.now() + WARM_UP_MS;
  const until = measureFrom + MEASURED_MS;
  let counted = 0;
  const runner = async (turn: Turn): Promise<void> => {
    for (let now = performance.now(); now < until; now = performance.now()) {
      await turn();
      if (now >= measureFrom) counted += 1;
    }
  };
  await Promise.all(clients.flatMap((turn) => Array.from({ length: depth }, () => runner(turn))));
  return counted / (MEASURED_MS / 1000);
}
