import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { lockDataFolder } from "#main/server/lock-data-folder.ts";
import { runCliProcess, startCli } from "#test/builders/cli-run.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const CORRECT = "correct horse battery";

/** A data folder with one secret under its own key, and a passphrase file beside it. */
async function world() {
  const home = await tempFolder();
  const data = join(home, "data");
  await mkdir(data);
  await (await openEncryptedFileSecrets(data, { kind: "own-key" })).write("store/one", Buffer.from("seeded-token"));
  const passphrase = join(home, "passphrase");
  await writeFile(passphrase, `${CORRECT}\n`);
  return { home, data, passphrase };
}

describe("rollcall secrets rekey", () => {
  it("seals the secrets anew, says with what, and prints none", async () => {
    const { home, data, passphrase } = await world();
    const ended = await runCliProcess(["secrets", "rekey", "--data", data, "--new-passphrase-file", passphrase, "--json"], { home });
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({ secrets: 1, protection: expect.stringContaining("passphrase") });
    expect(ended.out + ended.err).not.toContain(CORRECT);
    const store = await openEncryptedFileSecrets(data, { kind: "passphrase-file", path: passphrase });
    expect(Buffer.from((await store.read("store/one"))!).toString()).toBe("seeded-token");
  });

  it.each([[[]], [["--new-own-key", "--new-key", "k"]], [["--new-key", "k", "--new-passphrase-file", "p"]]])(
    "takes exactly one new key, not %j",
    async (args) => {
      const { home, data } = await world();
      const ended = await runCliProcess(["secrets", "rekey", "--data", data, ...args], { home });
      expect([ended.code, ended.err.includes("INPUT_INVALID")]).toEqual([2, true]);
    },
  );

  it("waits for no running control plane: it refuses", async () => {
    const { home, data } = await world();
    const lock = await lockDataFolder(data);
    const ended = await runCliProcess(["secrets", "rekey", "--data", data, "--new-own-key"], { home });
    lock.release();
    expect(ended.err).toContain("ENV_DATA_IN_USE");
  });
});

describe("rollcall serve with secrets under a passphrase", () => {
  it("does not start with a wrong one or without it, changes nothing, and starts with the right one from the environment", async () => {
    const { home, data, passphrase } = await world();
    await runCliProcess(["secrets", "rekey", "--data", data, "--new-passphrase-file", passphrase], { home });
    const document = await readFile(join(data, "secrets", "secrets.json"));
    const wrong = join(home, "wrong");
    await writeFile(wrong, "wrong horse battery\n");
    const serve = ["serve", "--data", data, "--port", "0"];
    for (const args of [serve, [...serve, "--secrets-passphrase-file", wrong]]) {
      const ended = await runCliProcess(args, { home });
      expect([ended.code, ended.err.includes("ENV_SECRETS_LOCKED")]).toEqual([9, true]);
      await expect(readFile(join(data, "rollcall.sqlite"))).rejects.toMatchObject({ code: "ENOENT" });
    }
    expect(await readFile(join(data, "secrets", "secrets.json"))).toEqual(document);
    const { child, ended } = startCli(serve, { home, environment: { ROLLCALL_SECRETS_PASSPHRASE_FILE: passphrase } });
    child.stderr.on("data", (piece: Buffer) => String(piece).includes("Log in once") && child.kill("SIGTERM"));
    const { code, err } = await ended;
    expect(code).toBe(0);
    expect(err).toContain("Its secrets: Encrypted with a passphrase");
  });
});
