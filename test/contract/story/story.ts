import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { uploadFile } from "#main/client/upload-file.ts";
import type { RunningServer } from "#main/server/server.ts";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow, GroupRow, HostRow, SubscriptionRow } from "#shared/contract/fleets.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { RolloutDetail } from "#shared/contract/rollouts.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import type { SimulatedAgent } from "#test/simulation/fleet/simulated-agent.ts";
import { contractClient, type Target } from "#main/client/contract-client.ts";

/** What the chapters of the story leave for those that follow. */
export type StoryFacts = {
  application: ApplicationRow;
  channelId: ApplicationRow["channels"][number]["id"];
  /** Published, oldest first; the last one crashes on every host. */
  releases: ReleaseRow[];
  fleet: FleetRow;
  canary: GroupRow;
  early: GroupRow;
  subscription: SubscriptionRow;
  failedHostId: HostRow["id"];
};

/** One procedure of the contract, called so that it succeeds. */
export type Step = { readonly name: string; readonly play: () => Promise<unknown> };

/** Called for each step in turn; calls `step.play` once. */
export type Witness = (step: Step) => Promise<void>;

/**
 * A control plane through whose public contract one long story is told, in which every procedure succeeds at least
 * once: chapters call `step`, and a witness watches what each call leaves behind.
 */
export class Story {
  readonly client: ContractClient;
  readonly server: RunningServer;
  /** For files and agents, which do not come by the contract. */
  readonly target: Target;
  readonly agents: SimulatedAgent[] = [];
  readonly facts: Partial<StoryFacts> = {};
  readonly #witness: Witness;
  readonly #folder: string;

  private constructor(client: ContractClient, server: RunningServer, target: Target, witness: Witness, folder: string) {
    this.client = client;
    this.server = server;
    this.target = target;
    this.#witness = witness;
    this.#folder = folder;
  }

  /** @param who acts in `client`, and sends the files. */
  static async open(client: ContractClient, server: RunningServer, who: Principal, witness: Witness): Promise<Story> {
    const { secret } = await server.opened.plane.access.createToken(who, { label: "story", role: who.role, fleets: who.fleets });
    return new Story(client, server, { url: server.urls[0] ?? "", token: secret }, witness, await tempFolder());
  }

  /** Plays one step before the witness and answers what the procedure did. */
  async step<T>(name: string, play: () => Promise<T>): Promise<T> {
    let answer: { readonly value: T } | undefined;
    const once = async (): Promise<T> => {
      const value = await play();
      answer = { value };
      return value;
    };
    await this.#witness({ name, play: once });
    if (answer === undefined) throw new Error(`${name} was not played.`);
    return answer.value;
  }

  /** A fact that an earlier chapter left. */
  known<K extends keyof StoryFacts>(key: K): StoryFacts[K] {
    const fact = this.facts[key];
    if (fact === undefined) throw new Error(`No chapter told of ${key} yet.`);
    return fact;
  }

  release(index: number): ReleaseRow {
    const release = this.known("releases")[index];
    if (release === undefined) throw new Error(`There is no release ${index} in the story.`);
    return release;
  }

  /** Writes a small program, or these bytes, to a file of the story's own. */
  async file(
    name: string,
    content: string | Uint8Array = `#!/bin/sh\necho ${name}\n`,
  ): Promise<{ readonly path: string; readonly sha256: string }> {
    const path = join(this.#folder, name);
    await writeFile(path, content);
    return { path, sha256: createHash("sha256").update(content).digest("hex") };
  }

  /** Sends a file as the CLI does. */
  async upload(name: string, content?: Uint8Array) {
    const { path } = await this.file(name, content);
    // Its own client: what the sending asks on its way is no step of the story.
    const context = { client: contractClient(this.target), target: this.target, signal: AbortSignal.timeout(20_000) };
    return uploadFile({ ...context, onProgress: () => undefined }, path);
  }

  /** Waits until a rollout is as wanted; asks again whenever something was committed. */
  async rollout(rolloutId: RolloutDetail["rollout"]["id"], isSo: (detail: RolloutDetail) => boolean): Promise<RolloutDetail> {
    const seen: RolloutDetail[] = [];
    await this.until(async () => {
      seen[0] = await this.client.rollouts.get({ rolloutId });
      return isSo(seen[0]);
    });
    return seen[0]!;
  }

  /** Waits until something is so; asks again whenever something was committed. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    let wake = (): void => undefined;
    const forget = this.server.opened.plane.store.onCommitted(() => wake());
    try {
      for (;;) {
        const committed = new Promise<void>((resolve) => {
          wake = resolve;
        });
        if (await isSo()) return;
        await committed;
      }
    } finally {
      forget();
    }
  }
}
