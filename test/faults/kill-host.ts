import { mkdtemp, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { ControlPlaneStub } from "#test/fakes/control-plane-stub.ts";
import type { StubRelease } from "#test/fakes/control-plane-stub-releases.ts";
import { AgentRun } from "./agent-run.ts";
import { standingOf, type Standing } from "./convergence.ts";
import { currentVersionFault, endServing, servingProcesses } from "./host-witness.ts";
import type { KillRound } from "./kill-round.ts";
import { ONE, openStub, TWO, type Stage } from "./scenarios.ts";
import { untilSeen } from "./until-seen.ts";

/** A host that goes from version to version for as long as it is let, and is killed at any moment of that. */
export class KillHost {
  readonly #program: string;
  readonly #folder: string;
  readonly #stub: ControlPlaneStub;
  readonly #good: ReadonlyMap<string, StubRelease>;
  #serving: StubRelease;
  #run: AgentRun;
  /** How long an update takes that nobody disturbs. */
  #updateMs = 0;

  private constructor(program: string, folder: string, stub: ControlPlaneStub) {
    this.#program = program;
    this.#folder = folder;
    this.#stub = stub;
    const [one, two] = [stub.publish(ONE), stub.publish(TWO)];
    this.#good = new Map([one, two].map((release) => [release.version, release]));
    this.#serving = one;
    this.#run = new AgentRun({ program, folder, injection: {}, token: stub.token() });
  }

  /** Brings a host to where its first version serves, and measures an update. @param program the agent's bundle. */
  static async prepare(program: string): Promise<KillHost> {
    const host = new KillHost(program, await mkdtemp(join(dirname(program), "k")), await openStub());
    try {
      await host.#measure();
    } catch (thrown) {
      await host.close();
      throw thrown;
    }
    return host;
  }

  /** Plays one round; a sentence on what broke, or nothing. */
  async play(round: KillRound): Promise<string | undefined> {
    try {
      await this.#play(round);
      return undefined;
    } catch (thrown) {
      return `${thrown instanceof Error ? thrown.message : String(thrown)} ${this.#run.output}`;
    }
  }

  /** Ends everything and removes the folder. */
  async close(): Promise<void> {
    await this.#run.end("SIGKILL");
    await endServing(this.#folder);
    await this.#stub.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #measure(): Promise<void> {
    await this.#stub.until(() => this.#stub.hellos[0]);
    for (const release of [...this.#good.values(), this.#serving]) {
      const since = performance.now();
      this.#want(release);
      await this.#converged(release, release);
      this.#updateMs = performance.now() - since;
    }
  }

  async #play({ wanted: publication, victim, moment }: KillRound): Promise<void> {
    const good = this.#good.get(publication.version);
    const wanted = good ?? this.#stub.publish(publication);
    const ends = good ?? this.#serving;
    this.#want(wanted);
    // No event is awaited on purpose: the kill falls wherever it falls.
    await wait(moment * this.#updateMs);
    await this.#kill(victim);
    await this.#requireWhole();
    this.#stub.reports.length = 0;
    if (this.#run.isOver) this.#run = new AgentRun({ program: this.#program, folder: this.#folder, injection: {} });
    await this.#converged(wanted, ends);
    this.#serving = ends;
    await this.#requireOne(ends);
  }

  #want(release: StubRelease): void {
    this.#stub.reports.length = 0;
    this.#stub.desire(release);
  }

  async #kill(victim: KillRound["victim"]): Promise<void> {
    for (const one of victim.split(", then ")) {
      if (one === "agent") await this.#run.end("SIGKILL");
      else await endServing(this.#folder);
    }
  }

  /** Right after the kill: a version is current and whole, and runs at most once. */
  async #requireWhole(): Promise<void> {
    const serving = await servingProcesses(this.#folder);
    if (serving.length > 1) throw new Error(`After the kill ${serving.length} processes serve.`);
    const fault = await currentVersionFault(this.#folder);
    if (fault !== undefined) throw new Error(`After the kill ${fault}.`);
  }

  /** Waits until the host is where the order leads; orders once more where it gave up and said so. */
  async #converged(wanted: StubRelease, ends: StubRelease): Promise<void> {
    const stage: Stage = { stub: this.#stub, before: [], wanted, ends, runs: ends, trees: new Map() };
    const look = (): Standing | undefined => {
      const standing = standingOf(stage);
      return standing === "under-way" ? undefined : standing;
    };
    const exited = this.#run.exited().then(() => "exited" as const);
    const standing = await Promise.race([this.#stub.until(look), exited]);
    if (standing === "exited") throw new Error("The agent ended by itself.");
    if (standing === "converged") return;
    this.#want(wanted);
    await this.#stub.until(() => (standingOf(stage) === "converged" ? true : undefined));
  }

  async #requireOne({ digest }: StubRelease): Promise<void> {
    const served = await untilSeen(
      () => servingProcesses(this.#folder),
      (serving) => serving.length === 1 && serving[0]?.digest === digest,
    );
    if (!served.isSo) throw new Error(`In the end there serves ${JSON.stringify(served.last)}, not ${digest} alone.`);
    const fault = await currentVersionFault(this.#folder);
    if (fault !== undefined) throw new Error(`In the end ${fault}.`);
    const problems = this.#stub.problems.splice(0);
    if (problems.length > 0) throw new Error(`The control plane saw ${problems.join("; ")}.`);
  }
}
