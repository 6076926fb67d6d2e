import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { runDesktop } from "#main/launcher/run-desktop.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

/** A program in Electron's place. */
async function program(script: string): Promise<string> {
  const file = join(await tempFolder(), "electron");
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

const never = new AbortController().signal;

describe("running the desktop application", () => {
  it("passes the application and its options on, and ends as it does", async () => {
    const file = await program(`echo "$@" > "$(dirname "$0")/seen"`);
    expect(await runDesktop(file, ["/app", "--data", "/d"], never)).toEqual({ kind: "ended", code: 0 });
    expect(await readFile(join(file, "../seen"), "utf8")).toBe("/app --data /d\n");
  });

  it.each([
    ["exit 127", "Electron ended at once (exit 127)"],
    ["kill -SEGV $$", "Electron ended at once (SIGSEGV)"],
  ])("says that it never came up after %s, so that the browser can take over", async (script, reason) => {
    expect(await runDesktop(await program(script), [], never)).toEqual({ kind: "neverStarted", reason });
  });

  it("says so when the program is none", async () => {
    expect(await runDesktop(join(await tempFolder(), "electron"), [], never)).toEqual({
      kind: "neverStarted",
      reason: "Electron ended at once (ENOENT)",
    });
  });

  it("asks it to end when told to, and calls that a clean end", async () => {
    const stop = new AbortController();
    const file = await program(`trap 'exit 3' TERM; touch "$(dirname "$0")/up"; while :; do sleep 0.02; done`);
    const end = runDesktop(file, [], stop.signal);
    await vi.waitFor(() => readFile(join(file, "../up")), { timeout: 5000 });
    stop.abort();
    expect(await end).toEqual({ kind: "ended", code: 0 });
  });
});
