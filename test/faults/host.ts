import { cp, mkdtemp } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import type { Injection } from "./fault.ts";
import { AgentRun, type AnyRun, type RunOptions } from "./agent-run.ts";
import { standingOf, type Standing } from "./convergence.ts";
import { endServing } from "./host-witness.ts";
import { InstalledRun, installInto } from "./installed-run.ts";
import { openStage, type Scenario, type Stage } from "./scenarios.ts";

/**
 * A host that stands where a scenario begins, to be put through it again and again: its state folder is made once, and
 * each run gets a copy. Not for two runs at once, since both would be the same host.
 */
export class ScenarioHost {
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly #program: string;
  readonly #root: string;
  #folders = 0;

  private constructor(scenario: Scenario, stage: Stage, program: string, root: string) {
    this.scenario = scenario;
    this.stage = stage;
    this.#program = program;
    this.#root = root;
  }

  /** Brings a host to the beginning of a scenario. @param program the agent's bundle; the host lies beside it. */
  static async prepare(scenario: Scenario, program: string): Promise<ScenarioHost> {
    const stage = await openStage(scenario, program);
    const host = new ScenarioHost(scenario, stage, program, await mkdtemp(join(dirname(program), "h")));
    await host.#makeBase();
    return host;
  }

  /** A folder with what the host had at the beginning. */
  async freshFolder(): Promise<string> {
    this.#folders += 1;
    // A short name: a socket of the application lies deep below.
    const folder = join(this.#root, String(this.#folders));
    // Node copies no named pipes; whoever opens one makes it.
    const filter = (from: string): boolean => basename(from) !== "lifeline";
    await cp(join(this.#root, "base"), folder, { recursive: true, verbatimSymlinks: true, filter });
    return folder;
  }

  /** Starts the agent on a folder; what was reported before is forgotten. */
  start(folder: string, injection: Omit<Injection, "folder"> = {}): AnyRun {
    this.stage.stub.reports.length = 0;
    const isApplier = this.scenario.cutsApplier === true && injection.log !== undefined;
    return this.#run({ program: this.#program, folder, injection: { ...injection, ...(isApplier && { isApplier }) } });
  }

  /** Wants the release of the scenario, under a new grant. */
  want(): void {
    this.stage.stub.desire(this.stage.wanted, { beside: true });
  }

  /** Waits until the run has come to an end of some kind. @throws Error when nothing happens for long. */
  async settled(run: AnyRun): Promise<Standing | "exited"> {
    const look = (): Standing | undefined => {
      const standing = standingOf(this.stage);
      return standing === "under-way" ? undefined : standing;
    };
    return Promise.race([this.stage.stub.until(look), run.exited().then(() => "exited" as const)]);
  }

  /** Waits until the host is where the scenario ends. @throws Error when nothing happens for long. */
  async converged(): Promise<void> {
    await this.stage.stub.until(() => (standingOf(this.stage) === "converged" ? true : undefined));
  }

  /** Ends everything and removes the folders. */
  async close(): Promise<void> {
    await endServing(this.#root);
    await this.stage.stub.stop();
    await removeTree(this.#root);
  }

  #run(options: RunOptions): AnyRun {
    const { cutStart } = this.scenario;
    return cutStart === undefined ? new AgentRun(options) : new InstalledRun(options, cutStart);
  }

  async #makeBase(): Promise<void> {
    const { stub, before } = this.stage;
    const folder = join(this.#root, "base");
    if (this.scenario.cutStart !== undefined) await installInto(folder, this.#program);
    const run = this.#run({ program: this.#program, folder, injection: {}, token: stub.token() });
    try {
      await stub.until(() => stub.hellos[0]);
      for (const release of before) {
        const grant = stub.desire(release, { beside: true });
        await stub.untilPhase("healthy", release, grant);
      }
    } catch (thrown) {
      throw new Error(`The host of "${this.scenario.name}" did not come to its beginning. ${run.output}`, { cause: thrown });
    } finally {
      await run.end("SIGTERM");
    }
  }
}
