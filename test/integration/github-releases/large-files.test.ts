import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { openGithubStore } from "#main/adapters/github-releases/open-github-store.ts";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { storeSettings } from "#shared/domain/store/store.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { aPublication, contentOf, PRODUCT } from "./a-publication.ts";
import { stepContext, TOKEN } from "./github-world.ts";

const SIZE = 512 * 2 ** 20;
const CHUNK = Buffer.alloc(256 * 1024, "rollcall ");
const MAX_GROWTH = 128 * 2 ** 20;

describe("a file of half a gigabyte", () => {
  it("is streamed to a server that was started as a program, with flat memory and progress to the last byte", async () => {
    const server = await startProgram();
    const settings = storeSettings.parse({ kind: "github", apiUrl: server.apiUrl, owner: "acme", repository: "large" });
    if (settings.kind !== "github") throw new Error("unreachable");
    const store = openGithubStore(settings, async () => ({ password: TOKEN }), {
      clock: systemClock,
      logger: quietLogger(),
      userAgent: "rollcall/0.0.0-test",
    });
    const content = largeContent();
    const start = process.memoryUsage().rss;
    let peak = 0;
    let done = 0;
    const onProgress = (bytes: number): void => {
      done = bytes;
      peak = Math.max(peak, process.memoryUsage().rss);
    };
    for (const step of store.plan(content)) {
      await store.run(
        step,
        content,
        stepContext({ content, open: async () => largeFile() }, step.phase === "upload" ? { onProgress } : {}),
      );
    }
    expect(done).toBe(SIZE);
    expect(peak - start).toBeLessThan(MAX_GROWTH);
    expect(await store.discover(PRODUCT, new AbortController().signal)).toMatchObject([{ reference: "v1.4.2", isOurs: true }]);
    expect(await server.end()).toBe(0);
  });
});

/** Starts the server as the demo does, by its file, and ends it by its stdin. */
async function startProgram(): Promise<{ readonly apiUrl: string; readonly end: () => Promise<unknown> }> {
  const path = fileURLToPath(import.meta.resolve("#test/fakes/github/serve.ts"));
  const child = spawn(process.execPath, [path, "--token", TOKEN, "--repository", "acme/large", "--keep-below", "1048576"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill());
  const exit = once(child, "exit");
  const [line] = z.tuple([z.instanceof(Buffer)]).parse(await once(child.stdout, "data"));
  const { apiUrl } = z.object({ apiUrl: z.url() }).parse(JSON.parse(line.toString()));
  return {
    apiUrl,
    end: async () => {
      child.stdin.end();
      return z.tuple([z.unknown(), z.unknown()]).parse(await exit)[0];
    },
  };
}

function largeContent(): ReturnType<typeof contentOf> {
  const sha256 = createHash("sha256");
  for (let at = 0; at < SIZE; at += CHUNK.length) sha256.update(CHUNK);
  const { manifest } = aPublication().content;
  const [first] = manifest.artifacts;
  const artifact = { ...first, sizeBytes: SIZE, digests: { ...first!.digests, sha256: sha256.digest("hex") } };
  return contentOf(releaseManifest.parse({ ...manifest, artifacts: [artifact] }), { channels: [], notes: "", keys: ["a1".repeat(32)] });
}

async function* largeFile(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < SIZE; at += CHUNK.length) yield CHUNK;
}
