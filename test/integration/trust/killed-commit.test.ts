import { describe, expect, it } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { StoredSigner } from "#main/adapters/stored-signer/stored-signer.ts";
import type { Store } from "#main/control-plane/db/store.ts";
import type { TrustParts } from "#main/control-plane/trust/open-trust.ts";
import { TrustRepository } from "#main/control-plane/trust/trust-repository.ts";
import { anOperator } from "#test/builders/an-operator.ts";
import { ASKER, PRODUCT, TrustFixture } from "./trust-fixture.ts";

const [ana, ben, safe] = [anOperator("ana"), anOperator("ben"), anOperator("safe", "recovery")];

/** A process that is killed at its nth lasting step from now on: files, rows and keys, just before the step or just after it. */
class DoomedProcess {
  died = false;
  #left: number;
  readonly #when: "before" | "after";

  constructor(steps: number, when: "before" | "after") {
    this.#left = steps;
    this.#when = when;
  }

  async parts(fixture: TrustFixture): Promise<Partial<TrustParts>> {
    const { files, store } = fixture;
    const secrets = await openEncryptedFileSecrets(fixture.folder, { kind: "own-key" });
    return {
      trustFiles: {
        read: (name) => files.read(name),
        list: () => files.list(),
        write: (name, bytes) => this.#step(() => files.write(name, bytes)),
        remove: (name) => this.#step(() => files.remove(name)),
      },
      signer: new StoredSigner({
        protection: secrets.protection,
        read: (name) => secrets.read(name),
        names: (prefix) => secrets.names(prefix),
        write: (name, value) => this.#step(() => secrets.write(name, value)),
        remove: (name) => this.#step(() => secrets.remove(name)),
      }),
      store: doomedStore(store, (work) => this.#step(work)),
    };
  }

  async #step<T>(work: () => Promise<T>): Promise<T> {
    if (this.died) throw new Error("killed");
    const isLast = this.#left-- === 0;
    if (isLast && this.#when === "before") return this.#die();
    const result = await work();
    return isLast ? this.#die() : result;
  }

  #die(): never {
    this.died = true;
    throw new Error("killed");
  }
}

function doomedStore(store: Store, step: <T>(work: () => Promise<T>) => Promise<T>): Store {
  return {
    read: store.read,
    database: store.database,
    hot: (work) => step(() => store.hot(work)),
    onCommitted: (listener) => store.onCommitted(listener),
    lastEventSequence: () => store.lastEventSequence(),
    close: () => store.close(),
    write: (work, options) => step(() => store.write(work, options)),
  };
}

/** Kills at every step in turn, until a run has fewer steps than that. */
async function forEveryKill(when: "before" | "after", run: (doomed: DoomedProcess) => Promise<void>): Promise<number> {
  for (let steps = 0; ; steps += 1) {
    const doomed = new DoomedProcess(steps, when);
    await run(doomed);
    if (!doomed.died) return steps;
  }
}

/** What clients would be shown by a process that only looks. */
async function rootOnDisk(fixture: TrustFixture): Promise<number> {
  return (await TrustRepository.open(fixture.files, await fixture.signer(), fixture.clock)).pinnedRoot.version;
}

describe.each(["before", "after"] as const)("a control plane that is killed just %s a lasting step", (when) => {
  it("has handed signing over, or has not, and completes it at the next start once it was signed", { timeout: 120_000 }, async () => {
    const outcomes = new Set<string>();
    const steps = await forEveryKill(when, async (doomed) => {
      const fixture = await TrustFixture.open();
      await fixture.publish("1.0.0");
      await fixture.verified("1.0.0");
      const quorum = { threshold: 2, keys: [ana.key, ben.key, safe.key] };
      const request = await fixture.trust.prepare(ASKER, { kind: "quorum", quorum });
      await fixture.sign(request.id, ana);
      const dying = (await fixture.reopen(await doomed.parts(fixture)).catch(() => undefined))?.service;
      const signatures = ben.sign(await fixture.trust.exportRequest(request.id, "test"));
      await dying?.submit(ASKER, signatures).catch(() => undefined);
      const shown = await rootOnDisk(fixture);
      fixture.opened = await fixture.reopen();
      const { mode } = await fixture.trust.status();
      outcomes.add(`root ${shown}, then ${mode}`);
      expect(await fixture.verified("1.0.0")).toContain("1.0.0");
      await fixture.sign(request.id, ben);
      expect(await fixture.trust.status()).toMatchObject({ mode: "operator-held", rootVersion: 2, openRequests: 0 });
      expect((await fixture.trust.status()).keys.map(({ label }) => label)).toEqual(["ana", "ben", "safe"]);
      const signer = await fixture.signer();
      for (const role of ["root", "targets", PRODUCT]) expect(await signer.holds(role)).toBe(false);
      expect(await fixture.verified("1.0.0")).toContain("1.0.0");
    });
    expect(steps).toBeGreaterThan(10);
    expect([...outcomes].toSorted()).toEqual(["root 1, then operator-held", "root 1, then server-held", "root 2, then operator-held"]);
  });

  it("has exchanged its own keys, or has not, and completes it at the next start once it was signed", { timeout: 120_000 }, async () => {
    const outcomes = new Set<string>();
    const steps = await forEveryKill(when, async (doomed) => {
      const fixture = await TrustFixture.open();
      await fixture.publish("1.0.0");
      await fixture.verified("1.0.0");
      const old = await (await fixture.signer()).publicKey("timestamp");
      const dying = await fixture.reopen(await doomed.parts(fixture)).catch(() => undefined);
      await dying?.service.prepare(ASKER, { kind: "online-keys" }).catch(() => undefined);
      const shown = await rootOnDisk(fixture);
      fixture.opened = await fixture.reopen();
      const { rootVersion } = await fixture.trust.status();
      outcomes.add(`root ${shown}, then ${rootVersion}`);
      expect(await fixture.verified("1.0.0")).toContain("1.0.0");
      const signer = await fixture.signer();
      expect(Buffer.compare(await signer.publicKey("timestamp"), old) === 0).toBe(rootVersion === 1);
      expect(await Promise.all(["snapshot", "timestamp"].map((role) => signer.next.holds(role)))).toEqual([false, false]);
      const told = await fixture.store.read.selectFrom("auditEntries").select("action").where("action", "like", "trust.online%").execute();
      expect(told).toHaveLength(rootVersion - 1);
      await fixture.publish("1.1.0");
      expect(await fixture.verified("1.1.0")).toContain("1.1.0");
    });
    expect(steps).toBeGreaterThan(10);
    expect([...outcomes].toSorted()).toEqual(["root 1, then 1", "root 1, then 2", "root 2, then 2"]);
  });

  it("has published, or has not, and can always be asked again", { timeout: 120_000 }, async () => {
    await forEveryKill(when, async (doomed) => {
      const fixture = await TrustFixture.open();
      await fixture.publish("1.0.0");
      const dying = await fixture.reopen(await doomed.parts(fixture)).catch(() => undefined);
      if (dying !== undefined) await fixture.publish("1.1.0", dying).catch(() => undefined);
      fixture.opened = await fixture.reopen();
      expect(await fixture.verified("1.0.0")).toContain("1.0.0");
      expect([undefined, JSON.stringify({ product: PRODUCT, version: "1.1.0" })]).toContain(await fixture.verified("1.1.0"));
      await fixture.publish("1.1.0");
      expect(await fixture.verified("1.1.0")).toContain("1.1.0");
      expect((await fixture.trust.listRequests()).map(({ state }) => state)).toEqual(["completed", "completed"]);
    });
  });
});
