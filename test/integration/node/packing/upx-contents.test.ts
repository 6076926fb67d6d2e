import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { upxContents } from "#main/node/packing/upx-contents.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

/** Runs a script in the place of upx, which is called as `upx -d -qq -o OUT -- PACKED`. */
async function unpackBy(script: string, around: { readonly mostBytes?: number; readonly seconds?: number } = {}) {
  const folder = await tempFolder();
  const [program, path] = [join(folder, "upx"), join(folder, "packed")];
  await writeFile(program, `#!/bin/sh\nout="$4"; packed="$6"\n${script}\n`);
  await chmod(program, 0o755);
  await writeFile(path, "packed");
  const run = { program, outPath: join(folder, "out"), memoryBytes: 2 ** 30, seconds: around.seconds ?? 60 };
  const read = async (): Promise<string> => {
    const pieces: Uint8Array[] = [];
    for await (const piece of upxContents(path, run, around.mostBytes ?? 100_000)) pieces.push(piece);
    return Buffer.concat(pieces).toString();
  };
  return { left: async () => (await readdir(folder)).toSorted(), read };
}

const refused = (why: string) => ({ code: "ARTIFACT_ARCHIVE_REFUSED", message: expect.stringContaining(why) });

describe.skipIf(process.platform === "win32")("a program that is packed with UPX", () => {
  it("is what upx makes of it, with nothing left behind and nothing of our environment", async () => {
    const { read, left } = await unpackBy('cat "$packed" > "$out"; echo " $HOME $SECRET." >> "$out"');
    expect(await read()).toBe("packed  .\n");
    expect(await left()).toEqual(["packed", "upx"]);
  });

  it("is refused when upx does not know it, and leaves nothing", async () => {
    const { read, left } = await unpackBy('echo half > "$out"; exit 2');
    await expect(read()).rejects.toMatchObject(refused("does not unpack it"));
    expect(await left()).toEqual(["packed", "upx"]);
  });

  it("is ended when it writes without end", async () => {
    const { read, left } = await unpackBy('exec cat /dev/zero > "$out"');
    await expect(read()).rejects.toMatchObject(refused("within its bounds"));
    expect(await left()).toEqual(["packed", "upx"]);
  });

  it("is ended when it does nothing for too long, or too much", async () => {
    for (const script of ["exec sleep 600", "while :; do :; done"]) {
      const { read } = await unpackBy(script, { seconds: 1 });
      await expect(read()).rejects.toMatchObject(refused("within its bounds"));
    }
  });

  it("is refused without the program", async () => {
    await expect(upxContents("/nowhere", undefined, 1).next()).rejects.toMatchObject(refused("upx is not here"));
  });
});
