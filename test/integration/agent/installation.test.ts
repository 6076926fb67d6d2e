import { access, mkdir, readdir, readFile, readlink, rm, stat, symlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { installAgent } from "#main/agent/install/install-agent.ts";
import { uninstallAgent } from "#main/agent/install/uninstall-agent.ts";
import { decodeEnrolmentToken, type EnrolmentTokenDocument } from "#shared/protocol/enrolment.ts";
import { fakeInstallation, recordingService } from "./fake-installation.ts";

const TOKEN: EnrolmentTokenDocument = {
  urls: ["http://127.0.0.1:9"],
  fleetId: "018f3b1e-7f7a-7000-8000-000000000001" as EnrolmentTokenDocument["fleetId"],
  groupId: "018f3b1e-7f7a-7000-8000-000000000002" as EnrolmentTokenDocument["groupId"],
  secret: "A".repeat(43),
  trustRoot: "0".repeat(64),
  expiresAt: 1_900_000_000_000,
};
const BARE = { token: undefined, name: undefined, service: undefined };

describe("an installation of the agent", () => {
  it("puts runtime, program, command, unit and token where the unit says, and starts it", async () => {
    const { paths, program } = await fakeInstallation();
    const service = recordingService();
    await installAgent({ paths, files: await program("1.0.0"), token: TOKEN, name: "edge-1", service });
    expect(service.calls).toEqual(["reload", "start"]);
    expect(await readFile(paths.unit, "utf8")).toContain('--name "edge-1"');
    expect(await readlink(paths.enabled)).toBe("../rollcall-agent.service");
    expect(await readFile(paths.enabled, "utf8")).toBe(await readFile(paths.unit, "utf8"));
    expect((await stat(join(paths.current, "node"))).mode & 0o777).toBe(0o755);
    expect((await stat(paths.command)).mode & 0o777).toBe(0o755);
    const token = join(paths.state, "enrolment.token");
    expect((await stat(token)).mode & 0o777).toBe(0o600);
    expect(decodeEnrolmentToken(await readFile(token, "utf8"))).toEqual(TOKEN);
  });

  it("does nothing the second time", async () => {
    const { paths, program } = await fakeInstallation();
    const service = recordingService();
    const once = { ...BARE, paths, files: await program("1.0.0"), token: TOKEN, service };
    await installAgent(once);
    const { ino } = await stat(paths.unit);
    expect((await installAgent(once)).join("\n")).toContain("nothing was changed");
    expect(service.calls).toEqual(["reload", "start", "reload"]);
    expect((await stat(paths.unit)).ino).toBe(ino);
  });

  it("is upgraded in place, keeps one version to go back to, and is not switched on again by that", async () => {
    const { paths, program } = await fakeInstallation();
    const service = recordingService();
    for (const version of ["1.0.0", "1.1.0"]) await installAgent({ ...BARE, paths, files: await program(version), token: TOKEN, service });
    expect(service.calls.at(-1)).toBe("restart");
    await rm(paths.enabled);
    await installAgent({ ...BARE, paths, files: await program("1.2.0"), token: TOKEN, service });
    await expect(readlink(paths.enabled)).rejects.toThrow("ENOENT");
    expect(await readlink(paths.current)).toMatch(/^versions\/1\.2\.0-/);
    expect((await readdir(paths.versions)).map((name) => name.slice(0, 5)).toSorted()).toEqual(["1.1.0", "1.2.0"]);
  });

  it("mends a damaged copy of the version that it installs", async () => {
    const { paths, program } = await fakeInstallation();
    const files = await program("1.0.0");
    await installAgent({ ...BARE, paths, files });
    await writeFile(join(paths.current, "node"), "damaged");
    await installAgent({ ...BARE, paths, files });
    expect(await readFile(join(paths.current, "node"), "utf8")).toBe(await readFile(files.node, "utf8"));
  });

  it("leaves everything as it was when the copy does not start", async () => {
    const { paths, program } = await fakeInstallation();
    await installAgent({ ...BARE, paths, files: await program("1.0.0") });
    const before = await readlink(paths.current);
    await expect(installAgent({ ...BARE, paths, files: await program("2.0.0", "something else") })).rejects.toMatchObject({
      code: "ENV_UNSUPPORTED",
    });
    expect(await readlink(paths.current)).toBe(before);
    expect(await readdir(paths.versions)).toHaveLength(1);
  });

  it.each(["unit", "command", "launcher", "enabled", "library", "current"] as const)(
    "refuses a foreign %s before it writes anything",
    async (which) => {
      const { paths, program } = await fakeInstallation();
      const path = which === "library" ? join(paths.library, "theirs") : paths[which];
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, "theirs");
      await expect(installAgent({ ...BARE, paths, files: await program("1.0.0") })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
      expect(await readFile(path, "utf8")).toBe("theirs");
      await expect(access(paths.versions)).rejects.toThrow("ENOENT");
    },
  );

  it("refuses a unit that leads elsewhere in the boot", async () => {
    const { paths, program } = await fakeInstallation();
    await mkdir(dirname(paths.enabled), { recursive: true });
    await symlink("/dev/null", paths.enabled);
    await expect(installAgent({ ...BARE, paths, files: await program("1.0.0") })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
  });

  it("wants a token for a host that is not enrolled, but not for an image", async () => {
    const { paths, program } = await fakeInstallation();
    const files = await program("1.0.0");
    await expect(installAgent({ ...BARE, paths, files, service: recordingService() })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(access(paths.unit)).rejects.toThrow("ENOENT");
    expect((await installAgent({ ...BARE, paths, files })).join("\n")).toContain(
      "once a token stands in /var/lib/rollcall-agent/enrolment.token",
    );
  });
});

describe("the removal of the agent", () => {
  it("takes away what was installed, and leaves the state", async () => {
    const { paths, program } = await fakeInstallation();
    const service = recordingService();
    await installAgent({ ...BARE, paths, files: await program("1.0.0"), token: TOKEN, service });
    await uninstallAgent({ paths, purge: undefined, service });
    expect(service.calls.slice(-2)).toEqual(["stop", "reload"]);
    for (const path of [paths.unit, paths.command, paths.enabled, paths.library]) await expect(access(path)).rejects.toThrow("ENOENT");
    expect(await readdir(paths.state)).toEqual(["enrolment.token"]);
    expect(await uninstallAgent({ paths, purge: undefined, service })).toContain("No agent was installed here.");
  });

  it("removes the state when the host's name was typed, and nothing when another was", async () => {
    const { paths, program } = await fakeInstallation();
    await installAgent({ ...BARE, paths, files: await program("1.0.0"), token: TOKEN });
    await expect(uninstallAgent({ paths, purge: "another", service: undefined })).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await access(paths.unit);
    await uninstallAgent({ paths, purge: hostname(), service: undefined });
    await expect(access(paths.state)).rejects.toThrow("ENOENT");
  });

  it("does not remove a unit that somebody changed", async () => {
    const { paths, program } = await fakeInstallation();
    await installAgent({ ...BARE, paths, files: await program("1.0.0") });
    await writeFile(paths.unit, `${await readFile(paths.unit, "utf8")}Nice=5\n`);
    await expect(uninstallAgent({ paths, purge: undefined, service: undefined })).rejects.toMatchObject({ code: "CONFLICT_EXISTS" });
    await access(paths.library);
  });
});
