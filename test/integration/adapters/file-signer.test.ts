import { chmod, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { FileSigner } from "#main/adapters/file-signer/file-signer.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { describeSigner } from "./signer-conformance.ts";

describeSigner("FileSigner", async () => {
  const folder = join(await tempFolder(), "keys");
  return { signer: new FileSigner(folder), reopen: () => Promise.resolve(new FileSigner(folder)) };
});

describe("FileSigner on disk", () => {
  it("keeps one file per role that only its owner can read, and narrows a mode that was widened", async () => {
    const folder = join(await tempFolder(), "keys");
    await new FileSigner(folder).publicKey("root");
    expect(await readdir(folder)).toEqual(["root.pem"]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    await chmod(join(folder, "root.pem"), 0o644);
    await new FileSigner(folder).publicKey("root");
    expect((await stat(join(folder, "root.pem"))).mode & 0o777).toBe(0o600);
  });

  it("says that a key is damaged instead of making a new one", async () => {
    const folder = await tempFolder();
    await writeFile(join(folder, "root.pem"), "-----BEGIN NOTHING-----");
    await expect(new FileSigner(folder).publicKey("root")).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
  });
});
