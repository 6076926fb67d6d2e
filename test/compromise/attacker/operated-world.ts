import { freePort } from "#test/builders/free-port.ts";
import { anOperator, type TestOperator } from "#test/builders/an-operator.ts";
import { emptyWorld, settle, until, type SystemHost, type SystemWorld } from "#test/builders/system-world.ts";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import { applicationId, releaseId } from "#shared/lib/ids.ts";
import { readMetadata } from "./loot.ts";
import type { TrustIntent } from "#shared/domain/trust/signing-request.ts";

/** A second application, whose releases are signed as well. */
export const OTHER_PRODUCT = "org.example.other";

/** Releases that operators have signed and no host has: each attack takes one, since hosts do not try again what they have just refused. */
const NAMES = ["belowMinimum", "withdrawn", "replayed", "another", "altered", "respecified", "mixed", "frozen"] as const;
const VERSIONS: Readonly<Record<(typeof NAMES)[number], string>> = {
  belowMinimum: "0.9.0",
  withdrawn: "1.0.5",
  replayed: "1.0.6",
  another: "3.0.0",
  altered: "1.2.0",
  respecified: "1.2.1",
  mixed: "1.2.2",
  frozen: "1.2.3",
};

/** What operators have signed, and what became of it. Hosts serve `serving`. */
export type SignedReleases = Readonly<Record<(typeof NAMES)[number] | "serving", ReleaseRow>>;

/**
 * A real control plane under TLS whose releases two operators sign, and real agents that have seen a minimum, a
 * withdrawal, and the release that they serve. The recovery key lies in nobody's hands.
 */
export class OperatedWorld {
  readonly world: SystemWorld;
  readonly operators: readonly TestOperator[] = [anOperator("ana"), anOperator("ben")];
  readonly port: number;
  /** Metadata from before the withdrawal and the minimum, as a thief of long standing has it. */
  earlier: ReadonlyMap<string, Buffer> = new Map();
  #releases: SignedReleases | undefined;

  private constructor(world: SystemWorld, port: number) {
    this.world = world;
    this.port = port;
  }

  static async start(hosts: number): Promise<OperatedWorld> {
    const port = await freePort();
    const operated = new OperatedWorld(await emptyWorld(["--listen", "0.0.0.0", "--port", String(port)]), port);
    try {
      await settle(operated.world, { everyone: hosts });
      await operated.#takeOver();
      await operated.#sign();
    } catch (failure) {
      await operated.world.close();
      throw failure;
    }
    return operated;
  }

  get releases(): SignedReleases {
    if (this.#releases === undefined) throw new TypeError("nothing is signed yet");
    return this.#releases;
  }

  host(index: number): SystemHost {
    const host = this.world.hosts[index];
    if (host === undefined) throw new TypeError(`there is no host ${index}`);
    return host;
  }

  /** Has both operators sign whatever waits for them. */
  async signWhatWaits(): Promise<void> {
    const { client } = this.world;
    for (const { id, state } of (await client.trust.listRequests()).toReversed()) {
      if (state !== "open") continue;
      for (const operator of this.operators) {
        if ((await client.trust.listRequests()).find((one) => one.id === id)?.state !== "open") break;
        const signatures = operator.sign(await client.trust.exportRequest({ signingRequestId: id }));
        if (signatures.signatures.length > 0) await client.trust.submit(signatures);
      }
    }
  }

  /** Changes what is signed. */
  async change(intent: TrustIntent): Promise<void> {
    await this.world.client.trust.prepare({ intent });
    await this.signWhatWaits();
  }

  /** Publishes a release that both have signed. */
  async publish(version: string): Promise<ReleaseRow> {
    const id = await this.world.beginPublishing(version);
    let release: ReleaseRow | undefined;
    await until(`${version} is published`, async () => {
      await this.signWhatWaits();
      release = await this.world.client.releases.get({ releaseId: id });
      return release.state === "published";
    });
    if (release === undefined) throw new TypeError(`${version} was not published`);
    return release;
  }

  async #takeOver(): Promise<void> {
    const keys = [...this.operators, anOperator("safe", "recovery")].map(({ key }) => key);
    await this.change({ kind: "quorum", quorum: { threshold: 2, keys } });
  }

  async #sign(): Promise<void> {
    const { world } = this;
    const web = applicationId.parse(world.applicationId);
    const other = (await world.client.applications.create({ productId: OTHER_PRODUCT, name: "Other" })).id;
    const releases = new Map<string, ReleaseRow>();
    for (const name of NAMES) {
      world.applicationId = name === "another" ? other : web;
      releases.set(name, await this.publish(VERSIONS[name]));
    }
    world.applicationId = web;
    this.earlier = await readMetadata(world.server.dataFolder);
    for (const name of ["withdrawn", "replayed"]) {
      await world.client.releases.withdraw({ releaseId: releaseId.parse(releases.get(name)?.id), reason: "It loses data" });
      await this.signWhatWaits();
    }
    await this.change({ kind: "minimum", applicationId: web, version: "1.0.0" });
    const serving = await this.publish("1.1.0");
    await world.untilState(await world.startRollout(serving), "completed");
    await world.untilAnswer("1.1.0");
    // Why the cast: every name has just got its release.
    this.#releases = { ...Object.fromEntries(releases), serving } as SignedReleases;
  }
}
