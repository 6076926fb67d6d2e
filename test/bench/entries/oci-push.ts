import { execFile } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { REGISTRY_LIMITS } from "#main/node/oci/registry-limits.ts";
import { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { pushBlob } from "#main/adapters/oci-registry/upload/push-blob.ts";
import { DockerRegistry } from "#test/fakes/docker-registry.ts";
import type { BenchEntry, Sample } from "../entry.ts";
import { writeBlobLayout, type BlobLayout } from "../oci-layout.ts";

const MEBIBYTE = 2 ** 20;
const BLOB_BYTES = 1000 * MEBIBYTE;
/** Enough to load, compile and connect everything that a push uses. */
const WARM_UP_BYTES = 16 * MEBIBYTE;
const SKOPEO = "/usr/bin/skopeo";
const SOURCE = "the issue of publishing and trust";

/** How fast a large file reaches a registry; the same file and the same kind of registry for a tool that people use today. */
export const ociPushRate: BenchEntry = {
  name: "oci/push-rate",
  about: "1 GB to a loopback docker-registry, hashed while it is sent; yardstick: `skopeo copy` of the same blob to another one",
  unit: "MB/s",
  budget: { of: "ratio", is: "at least", limit: 0.7, source: SOURCE },
  runs: 3,
  measure: () =>
    withLayout(BLOB_BYTES, async (source) => {
      const value = await withRegistry(async (registry) => rateOf(() => push(registry, source)));
      return { value, yardstick: await withRegistry(async (registry) => rateOf(() => copyWithSkopeo(registry, source))) };
    }),
};

/** What a push of a large file needs beyond a push of a small one. */
export const ociPushMemory: BenchEntry = {
  name: "oci/push-memory",
  about: "growth of resident memory, at its highest, while 1 GB is pushed after a push of 16 MiB",
  unit: "MiB",
  budget: { of: "value", is: "at most", limit: 64, source: SOURCE },
  runs: 1,
  measure: () =>
    withRegistry(async (registry) => {
      await withLayout(WARM_UP_BYTES, (source) => push(registry, source));
      return withLayout(BLOB_BYTES, async (source) => ({ value: await growthDuring(() => push(registry, source)) }));
    }),
};

async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let highest = before;
  const timer = setInterval(() => (highest = Math.max(highest, process.memoryUsage.rss())), 10);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return (highest - before) / MEBIBYTE;
}

async function rateOf(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return BLOB_BYTES / 1e6 / ((performance.now() - startedAt) / 1000);
}

/** As the adapter does it: with the usual parts, and notes that go nowhere. */
async function push(registry: DockerRegistry, { blob, sha256, sizeBytes }: BlobLayout): Promise<void> {
  const client = new RegistryClient({
    reach: { registry: new URL(registry.url), allowHttp: false },
    credentials: () => Promise.resolve(undefined),
    limits: REGISTRY_LIMITS,
    now: () => Date.now(),
  });
  await pushBlob(client, {
    repository: "bench/ours",
    sha256,
    sizeBytes,
    open: (range) => Promise.resolve(createReadStream(blob, { highWaterMark: 256 * 1024, start: range?.first, end: range?.last })),
    resume: undefined,
    checkpoint: () => Promise.resolve(),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
}

async function copyWithSkopeo(registry: DockerRegistry, { layout }: BlobLayout): Promise<void> {
  const target = `docker://${registry.host}/bench/skopeo:bench`;
  const options = ["--insecure-policy", "copy", "--quiet", "--preserve-digests", "--dest-tls-verify=false"];
  await promisify(execFile)(SKOPEO, [...options, `oci:${layout}:bench`, target]);
}

async function withRegistry<T>(work: (registry: DockerRegistry) => Promise<T>): Promise<T> {
  const registry = await DockerRegistry.start();
  try {
    return await work(registry);
  } finally {
    await registry.stop();
  }
}

async function withLayout<T extends Sample | void>(sizeBytes: number, work: (source: BlobLayout) => Promise<T>): Promise<T> {
  if (!existsSync(SKOPEO)) throw new Error(`${SKOPEO} is not installed; it is the yardstick.`);
  const folder = await mkdtemp(join(tmpdir(), "rollcall-bench-oci-"));
  try {
    return await work(await writeBlobLayout(folder, sizeBytes));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
