import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { withBuildLock } from "#main/build/build-lock.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

describe("the lock of a build", () => {
  it("lets one task run at a time, and the next one when it ends in any way", async () => {
    const lock = join(await tempFolder(), "dist", ".lock");
    const seen: string[] = [];
    const { promise: firstHasIt, resolve: begun } = Promise.withResolvers<void>();
    const task = (name: string, end: () => void) => async () => {
      seen.push(`${name} begins`);
      begun();
      await new Promise(setImmediate);
      seen.push(`${name} ends`);
      end();
    };
    const fails = withBuildLock(
      lock,
      task("first", () => {
        throw new TypeError("broken");
      }),
    );
    await Promise.race([firstHasIt, fails.catch(() => undefined)]);
    const works = withBuildLock(
      lock,
      task("second", () => undefined),
    );
    await expect(fails).rejects.toThrow("broken");
    await works;
    expect(seen).toEqual(["first begins", "first ends", "second begins", "second ends"]);
  });
});
