import { fork } from "node:child_process";
import { once } from "node:events";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { readTreeListing } from "#main/node/archive/tree-listing.ts";
import { verifyTree } from "#main/node/archive/verify-tree.ts";
import { dyingFs } from "#test/fakes/dying-fs.ts";
import { seededRandom } from "#test/builders/seeded-random.ts";
import { tarArchive } from "#test/builders/tar-archive.ts";
import { archiveOf } from "./unpack-fixture.ts";

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

describe("unpacking that is killed", () => {
  it("before any change of the disk leaves no tree or the whole one, and the next try makes it", { timeout: 60_000 }, async () => {
    const bytes = tarArchive(
      { path: "bin/web", content: "one", mode: 0o755 },
      { path: "lib/a/b", content: "two" },
      { path: "lib/link", type: "SymbolicLink", linkpath: "a/b" },
      { path: "lib/hard", type: "Link", linkpath: "bin/web" },
    );
    const whole = await (await archiveOf(bytes)).unpack();
    const outcomes: boolean[] = [];
    for (let step = 1; step < 100; step += 1) {
      const { folder, unpack } = await archiveOf(bytes);
      const { fs, died } = dyingFs(step);
      await unpack({ fs }).catch(() => undefined);
      const isThere = await exists(folder);
      // What is visible is whole; when nothing is, the next try makes it.
      if (!isThere) await unpack();
      outcomes.push((await verifyTree(folder, readTreeListing(whole.listing))) === "intact" && (isThere || died()));
      if (!died()) break;
    }
    expect(outcomes.length).toBeGreaterThan(12);
    expect(outcomes).not.toContain(false);
  });

  it("by the system at random moments never shows half a tree", { timeout: 120_000 }, async () => {
    const entries = Array.from({ length: 400 }, (_, at) => ({ path: `d${at % 20}/f${at}`, content: Buffer.alloc(5000, at) }));
    const { folder, archive, unpack, left: names } = await archiveOf(tarArchive(...entries));
    const { listing } = await unpack();
    await removeTree(folder);
    const random = seededRandom(7);
    for (let round = 0; round < 5; round += 1) {
      const child = fork(join(import.meta.dirname, "unpack-program.ts"), [archive, folder], { execArgv: [] });
      let left = Math.floor(random() * 400);
      child.on("message", () => {
        left -= 1;
        if (left < 0) child.kill("SIGKILL");
      });
      await once(child, "exit");
      // The last words may come when all is done.
      expect(await exists(folder).then((isThere) => (isThere ? verifyTree(folder, readTreeListing(listing)) : "absent"))).not.toBe(
        "damaged",
      );
      await removeTree(folder);
    }
    await unpack();
    expect(await verifyTree(folder, readTreeListing(listing))).toBe("intact");
    expect(await names()).toEqual(["tree"]);
  });
});
