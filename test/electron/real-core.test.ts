import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createORPCClient } from "@orpc/client";
import { describe, expect, it, vi } from "vitest";
import { createPortLink } from "#renderer/data/port-link.ts";
import { openEncryptedFileSecrets } from "#main/adapters/encrypted-file-secrets/open-encrypted-file-secrets.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { openDesktop } from "./boot-desktop.ts";

const CORE = `await import(${JSON.stringify(pathToFileURL(resolve("main/desktop/host/control-plane-process.ts")).href)});`;

/** The desktop with the real control plane behind it, listening on a free port. */
async function openRealDesktop(dataFolder?: string) {
  const desktop = await openDesktop({ core: CORE, args: ["--port", "0"], ...(dataFolder === undefined ? {} : { dataFolder }) });
  await desktop.until("ready");
  let seen = 0;
  /** Asks for a port as the page does, and talks over it as the page does. */
  const connect = async () => {
    await desktop.call({ call: "connect" });
    const ports = (): readonly unknown[] => desktop.window.webContents.sent.flatMap((sent) => sent.ports);
    await vi.waitFor(() => expect(ports().length).toBeGreaterThan(seen));
    seen = ports().length;
    // Why the cast: Node's MessagePort is the DOM's in all that the link uses.
    const port = ports().at(-1) as MessagePort;
    const link = createPortLink(port);
    const client: ContractClient = createORPCClient(link.link);
    return { client, link, port };
  };
  return { ...desktop, connect };
}

describe("the desktop with its real control plane", () => {
  it("serves the contract to the window as this machine's own user", async () => {
    const { connect, dataFolder } = await openRealDesktop();
    const { client, port } = await connect();
    expect(await client.system.whoami()).toMatchObject({ role: "administrator", fleets: "all", local: true });
    expect(await client.system.status()).toMatchObject({ shell: "desktop", storage: { dataFolder } });
    const application = await client.applications.create({ productId: "com.example.web", name: "Web" });
    expect(await client.applications.list()).toMatchObject([{ id: application.id, name: "Web" }]);
    await expect(client.applications.create({ productId: "com.example.web", name: "Web" })).rejects.toMatchObject({
      code: "CONFLICT_EXISTS",
    });
    port.close();
  });

  it("keeps its secrets in the keyring, and finds its keys again at the next start", async () => {
    const first = await openRealDesktop();
    const { client, port } = await first.connect();
    const { rootSha256 } = await client.trust.status();
    port.close();
    expect(await readdir(join(first.dataFolder, "secrets"))).toEqual(["keyring.json"]);
    const ended = once(first.electron.app, "ended-for-test");
    first.electron.powerMonitor.emit("shutdown");
    await ended;
    const second = await openRealDesktop(first.dataFolder);
    const again = await second.connect();
    expect(await again.client.trust.status()).toMatchObject({ rootSha256 });
    again.port.close();
  });

  it("takes over the secrets that a server left in the data folder", async () => {
    const dataFolder = await tempFolder();
    await (await openEncryptedFileSecrets(dataFolder, { kind: "own-key" })).write("signing/one", Buffer.from("a token"));
    await openRealDesktop(dataFolder);
    expect(await readdir(join(dataFolder, "secrets"))).toEqual(["keyring.json"]);
    const { KeyringSecrets } = await import("#main/desktop/secrets/keyring-secrets.ts");
    const { systemKeyring } = await import("#main/desktop/secrets/system-keyring.ts");
    const kept = new KeyringSecrets(join(dataFolder, "secrets", "keyring.json"), systemKeyring);
    expect(Buffer.from((await kept.read("signing/one"))!).toString()).toBe("a token");
  });

  it("does not start without a keyring that encrypts, says so, and leaves the data folder as it is", async () => {
    const dataFolder = await tempFolder();
    const desktop = await openDesktop({ core: CORE, args: ["--port", "0"], dataFolder, keyring: { isAvailable: false } });
    await desktop.until("stopped");
    expect(desktop.told().at(-1)).toMatchObject({ core: { state: "stopped", code: "ENV_SECRETS_LOCKED" } });
    expect(await readdir(dataFolder)).not.toContain("rollcall.sqlite");
  });

  it("takes a path from its own window, which no browser may give", async () => {
    const { connect } = await openRealDesktop();
    const { client, port } = await connect();
    const imported = await client.uploads.importPath({ path: resolve("package.json") });
    expect(imported).toMatchObject({ fileName: "package.json" });
    port.close();
  });

  it("loses nothing when its process is killed: calls fail at once, the next port has the data, and events resume", async () => {
    const { electron, connect, until } = await openRealDesktop();
    const first = await connect();
    const events = await first.client.system.events({});
    await first.client.applications.create({ productId: "com.example.web", name: "Web" });
    const last = await events.next();
    const sequence = last.done === true ? 0 : last.value.sequence;
    const open = events.next();
    electron.utilityProcess.forked.at(-1)!.process.kill();
    await expect(open).rejects.toMatchObject({ name: "AbortError" });
    await vi.waitFor(() => expect(first.link.isClosed()).toBe(true));
    await expect(first.client.applications.list()).rejects.toMatchObject({ code: "TRANSPORT_CLOSED" });
    await until("restarting");
    await until("ready");
    const second = await connect();
    expect(await second.client.applications.list()).toMatchObject([{ name: "Web" }]);
    await second.client.applications.create({ productId: "com.example.api", name: "API" });
    const resumed = await second.client.system.events({ after: sequence });
    expect((await resumed.next()).value).toMatchObject({ sequence: sequence + 1 });
    await resumed.return();
    second.port.close();
  });

  it("closes a port on which no console speaks, and serves on", async () => {
    const { connect } = await openRealDesktop();
    const bad = await connect();
    bad.port.postMessage("{ not json");
    await vi.waitFor(() => expect(bad.link.isClosed()).toBe(true));
    const good = await connect();
    expect(await good.client.system.whoami()).toMatchObject({ local: true });
    good.port.close();
  });

  it("refuses a data folder that another one uses, and says so", async () => {
    const { dataFolder } = await openRealDesktop();
    const second = await openDesktop({ core: CORE, args: ["--port", "0"], dataFolder });
    await second.until("stopped");
    expect(second.told().at(-1)).toMatchObject({ core: { state: "stopped", code: "ENV_DATA_IN_USE" } });
  });
});
