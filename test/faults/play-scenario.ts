import type { FaultKind, Operation } from "./fault.ts";
import { ScenarioHost } from "./host.ts";
import { recordOperations, runPoint, type Point, type PointResult } from "./run-point.ts";
import type { Scenario } from "./scenarios.ts";
import type { Count, Tally } from "./tally.ts";

/** What a scenario is played with. */
export type ScenarioGame = {
  readonly scenario: Scenario;
  readonly program: string;
  /** How many points are played at once. */
  readonly jobs: number;
  readonly choose: (operations: readonly Operation[]) => readonly Point[];
  /** Hears of every point. */
  readonly onResult: (point: Point, result: PointResult) => void;
};

async function withHost<T>({ scenario, program }: ScenarioGame, work: (host: ScenarioHost) => Promise<T>): Promise<T> {
  const host = await ScenarioHost.prepare(scenario, program);
  try {
    return await work(host);
  } finally {
    await host.close();
  }
}

/** Plays the chosen points of a scenario, each job on a host of its own. @throws Error when a host does not even come to its beginning. */
export async function playScenario(game: ScenarioGame): Promise<Tally> {
  const sinceMs = performance.now();
  const operations = await withHost(game, recordOperations);
  const points = game.choose(operations);
  const kinds: Partial<Record<FaultKind, Count>> = {};
  const queue = points.values();
  const job = (): Promise<void> =>
    withHost(game, async (host) => {
      for (const point of queue) {
        const result = await runPoint(host, point);
        const count = (kinds[point.kind] ??= { held: 0, broken: 0, notReached: 0 });
        count[result.is === "not-reached" ? "notReached" : result.is] += 1;
        game.onResult(point, result);
      }
    });
  await Promise.all(Array.from({ length: Math.min(game.jobs, points.length) }, job));
  const seconds = Math.round((performance.now() - sinceMs) / 1000);
  return { scenario: game.scenario.name, operations: operations.length, seconds, kinds };
}
