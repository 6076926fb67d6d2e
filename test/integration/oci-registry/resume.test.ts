import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ReleaseStore } from "#main/control-plane/ports/release-store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import { cuttingRelay, type CuttingRelay } from "#test/fakes/cutting-relay.ts";
import { dockerRegistry, noDockerRegistry } from "#test/fakes/docker-registry.ts";
import type { StrictRegistryOptions } from "#test/fakes/oci-registry/registry-options.ts";
import { strictRegistry } from "#test/fakes/oci-registry/strict-registry.ts";
import { TestPublication } from "./a-publication.ts";
import { openStore, readAll, unstopped } from "./open-store.ts";

const SIZE = 2_000_000;
const CHUNK = 400_000;
const LIMITS = { chunkBytes: CHUNK };

const oneFile = () => new TestPublication({ files: [{ platform: "linux/amd64", fileName: "demo", bytes: randomBytes(SIZE) }] });
const uploadOf = (store: ReleaseStore, { content }: TestPublication) => store.plan(content).find(({ phase }) => phase === "upload")!;

/** A strict registry behind a relay, and one upload. */
async function open(options: StrictRegistryOptions = {}) {
  const registry = await strictRegistry(options);
  const relay = await cuttingRelay(registry.port);
  const url = `http://127.0.0.1:${relay.port}`;
  const publication = oneFile();
  const notes = new Map<string, Json>();
  const run = (store = openStore(url, { limits: LIMITS })) => {
    const step = uploadOf(store, publication);
    return store.run(step, publication.content, publication.context(notes, step.id));
  };
  const blobs = () => [...registry.content.blobs.values()].map((bytes) => bytes.length);
  const begins = () =>
    registry.requests
      .filter(({ method }) => method === "PATCH")
      .map(({ headers }) => Number(String(headers["content-range"]).split("-")[0]));
  const opened = () => registry.requests.filter(({ method }) => method === "POST").length;
  return { registry, relay, url, publication, notes, run, blobs, begins, opened };
}

describe("an upload that is cut", () => {
  it("goes on at the byte that the registry has, in the same upload", async () => {
    const { relay, run, blobs, begins, opened } = await open();
    relay.arm({ direction: "up", afterBytes: 1_000_000 });
    await run();
    expect([relay.cuts, blobs(), opened()]).toEqual([1, [SIZE], 1]);
    expect(begins().some((first) => first % CHUNK !== 0)).toBe(true);
    // What was on its way when it was cut, headers and questions; not a part, and not the file.
    expect(relay.passed.up).toBeLessThan(SIZE + CHUNK);
  });

  it("goes on after a restart of the program, from its note alone", async () => {
    const { relay, run, blobs, begins, opened } = await open();
    relay.arm({ direction: "up", afterBytes: 1_000_000, scope: "all" });
    const first = run();
    while (relay.cuts === 0) await new Promise((settle) => setImmediate(settle));
    relay.setDown(true);
    await expect(first).rejects.toMatchObject({ code: "REMOTE_UNREACHABLE" });
    relay.setDown(false);
    const before = begins().length;
    await run();
    expect([blobs(), opened()]).toEqual([[SIZE], 1]);
    expect(Math.min(...begins().slice(before))).toBeGreaterThan(2 * CHUNK);
  });

  it("asks how far it got when the registry has lost bytes (416), and goes on there", async () => {
    const { registry, run, blobs, begins, opened } = await open();
    registry.uploads.loseBytes = 100_000;
    await run();
    expect([blobs(), opened()]).toEqual([[SIZE], 1]);
    expect(begins()).toContain(CHUNK - 100_000);
  });

  it("starts over when its session has expired", async () => {
    const { registry, relay, run, blobs, opened } = await open();
    relay.arm({ direction: "up", afterBytes: 1_000_000 });
    const outcome = run();
    while (relay.cuts === 0) await new Promise((settle) => setImmediate(settle));
    registry.content.uploads.clear();
    await outcome;
    expect([blobs(), opened() >= 2]).toEqual([[SIZE], true]);
  });

  it("keeps to the least size of parts, also when it goes on", async () => {
    const { relay, run, blobs, begins } = await open({ minChunkBytes: 700_000 });
    relay.arm({ direction: "up", afterBytes: 1_800_000 });
    await run();
    expect([relay.cuts, blobs()]).toEqual([1, [SIZE]]);
    expect(begins().slice(0, 3)).toEqual([0, 700_000, 1_400_000]);
  });

  it("takes a lost answer to the closing request for what it is", async () => {
    const rehearsal = await open();
    await rehearsal.run();
    const { relay, run, blobs, opened } = await open();
    relay.arm({ direction: "down", afterBytes: rehearsal.relay.passed.down - 20 });
    await run();
    expect([relay.cuts, blobs(), opened()]).toEqual([1, [SIZE], 1]);
  });

  it("leaves a session for the next try when the network stays away, and cancels it when the publication is given up", async () => {
    const { registry, relay, url, publication, notes, run } = await open();
    relay.arm({ direction: "up", afterBytes: 900_000, scope: "all" });
    const first = run();
    while (relay.cuts === 0) await new Promise((settle) => setImmediate(settle));
    relay.setDown(true);
    await expect(first).rejects.toBeInstanceOf(AppError);
    relay.setDown(false);
    expect(registry.content.uploads.size).toBe(1);
    await openStore(url).abandon(publication.content, notes, unstopped);
    expect(registry.content.uploads.size).toBe(0);
    await openStore(url).abandon(publication.content, notes, unstopped);
  });

  it("does not go on in another registry's session", async () => {
    const { notes, run, relay } = await open();
    relay.arm({ direction: "up", afterBytes: 900_000, scope: "all" });
    await run();
    const other = await strictRegistry();
    const publication = oneFile();
    const step = uploadOf(openStore(other.url), publication);
    const [note] = notes.values();
    await openStore(other.url).run(step, publication.content, publication.context(new Map([[step.id, note!]]), step.id));
    expect(other.requests.filter(({ method }) => method === "GET")).toEqual([]);
  });
});

/** Cuts once at each of these bytes, tries again as the pipeline does, and reads back what arrived. */
async function survive(url: string, relay: CuttingRelay, cuts: readonly { direction: "up" | "down"; afterBytes: number }[]): Promise<void> {
  for (const cut of cuts) {
    const publication = oneFile();
    const notes = new Map<string, Json>();
    relay.arm(cut);
    for (let attempt = 0; ; attempt += 1) {
      const store = openStore(url, { limits: LIMITS });
      const step = uploadOf(store, publication);
      try {
        const [stored] = await store.run(step, publication.content, publication.context(notes, step.id));
        relay.disarm();
        const bytes = await readAll(await store.open(stored!.location, undefined, unstopped));
        expect(bytes.equals([...publication.files.values()][0]!)).toBe(true);
        break;
      } catch (thrown) {
        if (!(thrown instanceof AppError) || !thrown.retryable || attempt > 3) throw thrown;
      }
    }
  }
}

const randomCuts = (count: number) =>
  Array.from({ length: count }, (_, index) =>
    index % 4 === 3
      ? { direction: "down" as const, afterBytes: Math.floor(Math.random() * 2500) }
      : { direction: "up" as const, afterBytes: Math.floor(Math.random() * (SIZE + 4000)) },
  );

describe.skipIf(noDockerRegistry !== undefined)("an upload to docker-registry that ends between two parts", () => {
  it("goes on after a restart of the program", async () => {
    const { url } = await dockerRegistry();
    const publication = oneFile();
    const step = uploadOf(openStore(url), publication);
    const notes: Json[] = [];
    const ends = (note: Json) => (notes.push(note) === 3 ? Promise.reject(new Error("killed")) : Promise.resolve());
    const first = openStore(url, { limits: LIMITS }).run(step, publication.content, { ...publication.context(), checkpoint: ends });
    await expect(first).rejects.toThrow("killed");
    const context = publication.context(new Map([[step.id, notes[2]!]]), step.id);
    const begins: (number | undefined)[] = [];
    const open = (...asked: Parameters<typeof context.open>) => (begins.push(asked[1]?.first), context.open(...asked));
    const [stored] = await openStore(url, { limits: LIMITS }).run(step, publication.content, { ...context, open });
    expect(begins).toEqual([2, 3, 4].map((part) => part * CHUNK));
    const bytes = await readAll(await openStore(url).open(stored!.location, undefined, unstopped));
    expect(bytes.equals([...publication.files.values()][0]!)).toBe(true);
  });
});

describe("an upload that is cut at any byte", () => {
  it("completes with a strict registry", async () => {
    const registry = await strictRegistry();
    const relay = await cuttingRelay(registry.port);
    const cuts = randomCuts(60);
    await survive(`http://127.0.0.1:${relay.port}`, relay, cuts);
    // An upload whose very first answer was lost has a name that nobody knows; registries forget those by themselves.
    expect(registry.content.uploads.size).toBeLessThanOrEqual(cuts.filter(({ direction }) => direction === "down").length);
    expect([...registry.content.uploads.values()].filter(({ sizeBytes }) => sizeBytes > 0)).toEqual([]);
  });

  it.skipIf(noDockerRegistry !== undefined)("completes with docker-registry", async () => {
    const registry = await dockerRegistry();
    const relay = await cuttingRelay(registry.port);
    await survive(`http://127.0.0.1:${relay.port}`, relay, randomCuts(30));
    expect(relay.cuts).toBeGreaterThan(20);
  });

  it("reads on where a download was cut", async () => {
    const registry = await strictRegistry({ redirectsBlobs: false });
    const publication = oneFile();
    const direct = openStore(registry.url, { limits: LIMITS });
    const step = uploadOf(direct, publication);
    const [stored] = await direct.run(step, publication.content, publication.context());
    const relay = await cuttingRelay(registry.port);
    relay.arm({ direction: "down", afterBytes: 1_000_000 });
    const bytes = await readAll(await openStore(`http://127.0.0.1:${relay.port}`).open(stored!.location, undefined, unstopped));
    expect(bytes.equals([...publication.files.values()][0]!)).toBe(true);
    expect(relay.cuts).toBe(1);
    const ranges = registry.requests.flatMap(({ headers }) => (headers["range"] === undefined ? [] : [String(headers["range"])]));
    expect(ranges).toEqual([expect.stringMatching(new RegExp(`^bytes=[1-9]\\d+-${SIZE - 1}$`))]);
  });
});
