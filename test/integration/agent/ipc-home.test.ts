import { chmod, mkdir, stat, symlink } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { socketPath } from "#main/agent/ipc/ipc-home.ts";
import { IpcServer } from "#main/agent/ipc/ipc-server.ts";
import { pino } from "pino";
import { tempFolder } from "#test/builders/temp-folder.ts";

const LONG = join("/var/lib", "x".repeat(120), "applications/5f4c1c62-5a0b-4a0e-9a57-0c4d8a1c2b01");

describe("the place of an application's socket", () => {
  it("is the application's own folder where that is short enough", async () => {
    expect(await socketPath("/var/lib/agent/applications/a", [])).toBe("/var/lib/agent/applications/a/ipc.sock");
  });

  it("is else a private folder of a short place, the same at every start, and can be listened on", async () => {
    const place = await tempFolder();
    const path = await socketPath(LONG, [place]);
    expect(path.startsWith(`${place}/rollcall-`)).toBe(true);
    expect(await socketPath(LONG, [place])).toBe(path);
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
    const server = await IpcServer.open({ path, routes: [], releaseOf: () => undefined, logger: pino({ level: "silent" }) });
    const client = connect(path);
    await once(client, "connect");
    client.destroy();
    await server.close();
    await expect(stat(path)).rejects.toThrow("ENOENT");
  });

  it("is never a folder that others can look into, or that somebody put there", async () => {
    const [open, linked, good] = [await tempFolder(), await tempFolder(), await tempFolder()];
    const name = (await socketPath(LONG, [good])).split("/").at(-2) ?? "";
    await mkdir(join(open, name));
    await chmod(join(open, name), 0o777);
    await symlink(good, join(linked, name));
    expect(await socketPath(LONG, [open, linked, good])).toBe(join(good, name, "ipc.sock"));
    await expect(socketPath(LONG, [open, linked, join("/tmp", "y".repeat(120))])).rejects.toMatchObject({ code: "ENV_UNSUPPORTED" });
  });
});
