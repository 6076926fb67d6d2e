import { MessageChannel } from "node:worker_threads";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { KeyringSecrets } from "#main/desktop/secrets/keyring-secrets.ts";
import { PortSecrets } from "#main/desktop/secrets/port-secrets.ts";
import { serveSecrets } from "#main/desktop/secrets/serve-secrets.ts";
import { systemKeyring } from "#main/desktop/secrets/system-keyring.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { safeStorage } from "#test/fakes/electron/electron.ts";
import { FakeMessagePortMain } from "#test/fakes/electron/fake-ports.ts";
import { describeSecretStore } from "#test/integration/secrets/secret-store-conformance.ts";

vi.mock("electron", () => import("#test/fakes/electron/electron.ts"));

beforeEach(() => {
  Object.assign(safeStorage, { backend: "gnome_libsecret", isAvailable: true });
});

describeSecretStore("KeyringSecrets", async () => {
  const path = join(await tempFolder(), "secrets", "keyring.json");
  const reopen = () => Promise.resolve(new KeyringSecrets(path, systemKeyring));
  return { store: await reopen(), reopen };
});

/** The same store as the control plane's process has it: through a port. */
function overPort(secrets: KeyringSecrets) {
  const { port1, port2 } = new MessageChannel();
  const refused = { times: 0 };
  serveSecrets(new FakeMessagePortMain(port1), secrets, () => (refused.times += 1));
  return { store: new PortSecrets(new FakeMessagePortMain(port2)), port: port2, refused };
}

describeSecretStore("PortSecrets", async () => {
  const path = join(await tempFolder(), "keyring.json");
  const reopen = () => overPort(new KeyringSecrets(path, systemKeyring)).store.open();
  return { store: await reopen(), reopen };
});

async function world() {
  const path = join(await tempFolder(), "keyring.json");
  return { path, open: () => new KeyringSecrets(path, systemKeyring) };
}

const text = (value: Uint8Array | undefined): string => Buffer.from(value ?? []).toString();

describe("secrets in the keyring", () => {
  it.runIf(process.platform === "linux").each(["basic_text", "unknown"] as const)(
    "are not kept by the backend %s: nothing is read or written",
    async (backend) => {
      const { path, open } = await world();
      await open().write("a", Buffer.from("x"));
      const before = await readFile(path, "utf8");
      safeStorage.backend = backend;
      for (const attempt of [open().open(), open().read("a"), open().write("a", Buffer.from("y"))]) {
        await expect(attempt).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED", message: expect.stringContaining("has no keyring") });
      }
      expect(await readFile(path, "utf8")).toBe(before);
    },
  );

  it("are locked while the keyring is, and open afterwards", async () => {
    const { open } = await world();
    const store = open();
    await store.write("a", Buffer.from("x"));
    safeStorage.isAvailable = false;
    await expect(store.read("a")).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
    safeStorage.isAvailable = true;
    expect(text(await store.read("a"))).toBe("x");
  });

  it("are sealed again when the keyring has a new key", async () => {
    const { path, open } = await world();
    await open().write("a", Buffer.from("x"));
    const before = await readFile(path, "utf8");
    expect(text(await open().read("a"))).toBe("x");
    expect(await readFile(path, "utf8")).toBe(before);
    safeStorage.rotate();
    expect(text(await open().read("a"))).toBe("x");
    const after = await readFile(path, "utf8");
    expect(after).not.toBe(before);
    expect(text(await open().read("a"))).toBe("x");
    expect(await readFile(path, "utf8")).toBe(after);
  });

  it("are readable by their owner alone, and stand nowhere in the file", async () => {
    const { path, open } = await world();
    await open().write("a", Buffer.from("seeded"));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readFile(path, "latin1")).not.toMatch(/seeded|c2VlZGVk|736565646564/);
  });

  it("open under no other name, and are never begun anew when they are damaged", async () => {
    const { path, open } = await world();
    await open().write("a", Buffer.from("x"));
    const whole = await readFile(path, "utf8");
    await writeFile(path, whole.replace('"a":', '"b":'));
    await expect(open().read("b")).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
    for (const damage of ["", "{}", whole.slice(0, -4)]) {
      await writeFile(path, damage);
      await expect(open().open()).rejects.toMatchObject({ code: "ENV_DATA_CORRUPT" });
      expect(await readFile(path, "utf8")).toBe(damage);
    }
  });
});

describe("the port to the keyring", () => {
  it("carries the reason of a refusal, and says how secrets are protected", async () => {
    const { open } = await world();
    const { store } = overPort(open());
    expect((await store.open()).protection).toContain("system's keyring");
    safeStorage.isAvailable = false;
    await expect(store.read("a")).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED", message: expect.stringContaining("locked") });
  });

  it.each([
    ["no question", "read a"],
    ["an unknown one", { id: 0, op: "sign", name: "a" }],
    ["one with more in it", { id: 0, op: "read", name: "a", path: "/etc/passwd" }],
    ["a value that is too long", { id: 0, op: "write", name: "a", value: new Uint8Array(70_000) }],
    ["an endless name", { id: 0, op: "read", name: "a".repeat(1000) }],
  ])("is closed by %s", async (_, message) => {
    const { open } = await world();
    const { store, port, refused } = overPort(open());
    await store.open();
    port.postMessage(message);
    await vi.waitFor(() => expect(refused.times).toBe(1));
    await vi.waitFor(() =>
      expect(store.read("a")).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED", message: expect.stringContaining("is gone") }),
    );
  });

  it("rejects what is under way when the desktop goes away", async () => {
    const { port1, port2 } = new MessageChannel();
    const store = new PortSecrets(new FakeMessagePortMain(port2));
    const asked = store.read("a");
    port1.close();
    await expect(asked).rejects.toMatchObject({ code: "ENV_SECRETS_LOCKED" });
  });
});
