import { execFile } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { serveSecrets } from "#main/desktop/secrets/serve-secrets.ts";
import { FakeMessageChannelMain } from "#test/fakes/electron/fake-ports.ts";
import { FakeUtilityProcesses } from "#test/fakes/electron/fake-utility-process.ts";
import { MemorySecrets } from "#test/fakes/memory-secrets.ts";
import { listAsar, type ArchivedFile } from "./asar-listing.ts";
import { readBuilderConfig, validateBuilderConfig, type BuilderConfig } from "./builder-config.ts";
import { FUSES, readFuses } from "./fuse-wire.ts";
import { importedPackages } from "./imported-packages.ts";
import { packageDesktop } from "./package-desktop.ts";

describe("electron-builder.yml", () => {
  let config: BuilderConfig;
  beforeAll(async () => {
    config = await readBuilderConfig();
  });

  it("is valid by the builder's own schema", async () => {
    await expect(validateBuilderConfig(config)).resolves.toBeUndefined();
    await expect(validateBuilderConfig({ ...config, fuses: {} })).rejects.toThrow(/unknown property 'fuses'/);
  });

  it("names only targets that exist, which the schema does not check", () => {
    const known = {
      linux: ["AppImage", "deb", "rpm", "tar.gz", "snap", "flatpak"],
      mac: ["dmg", "zip", "pkg"],
      win: ["nsis", "zip", "msi", "portable"],
    };
    for (const system of ["linux", "mac", "win"] as const)
      expect(known[system]).toEqual(expect.arrayContaining([...config[system].target]));
  });

  it("decides every fuse", () => {
    expect(config.electronFuses).toEqual({
      runAsNode: false,
      enableCookieEncryption: true,
      enableNodeOptionsEnvironmentVariable: false,
      enableNodeCliInspectArguments: false,
      enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true,
      loadBrowserProcessSpecificV8Snapshot: false,
      grantFileProtocolExtraPrivileges: false,
      resetAdHocDarwinSignature: true,
    });
  });

  it("rebuilds nothing and publishes nothing", () => {
    expect(config).toMatchObject({ npmRebuild: false, buildDependenciesFromSource: false, nodeGypRebuild: false, publish: null });
  });
});

const skipReason = process.platform === "linux" ? undefined : "the stand-in for Electron's program is made for Linux";

describe("the packaged desktop, around a stand-in for Electron's program", () => {
  let folder: string;
  let application: string;
  let files: readonly ArchivedFile[];
  beforeEach((context) => context.skip(skipReason !== undefined, skipReason));
  beforeAll(async () => {
    if (skipReason !== undefined) return;
    folder = await mkdtemp(join(tmpdir(), "rollcall-packaging-"));
    application = await packageDesktop(folder);
    files = await listAsar(join(application, "resources/app.asar"));
  }, 120_000);
  afterAll(async () => {
    if (skipReason === undefined) await rm(folder, { recursive: true, force: true });
  });

  it("holds the bundles, the page and the one native package, and nothing else", () => {
    const paths = files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        "package.json",
        "dist/desktop/entry.js",
        "dist/desktop/control-plane-process.js",
        "dist/preload/index.cjs",
        "dist/renderer/index.html",
      ]),
    );
    const packages = new Set(paths.filter((path) => path.startsWith("node_modules/")).map((path) => path.split("/")[1]));
    expect([...packages]).toEqual(["better-sqlite3"]);
    const strays = paths.filter((path) => !/^(package\.json$|dist\/(desktop|preload|renderer)\/|node_modules\/)/.test(path));
    expect(strays).toEqual([]);
  });

  it("leaves out sources, maps and the binaries of other platforms", () => {
    const paths = files.map(({ path }) => path);
    expect(paths.filter((path) => /\.(ts|map|c|h|cpp|hpp|gyp)$/.test(path))).toEqual([]);
    expect(paths.filter((path) => path.endsWith(".node"))).toEqual([`node_modules/better-sqlite3/prebuilds/linux-${process.arch}.node`]);
  });

  it("keeps the native module outside the archive, where the system's loader finds it, and it works there", async () => {
    const native = files.find(({ path }) => path.endsWith(".node"));
    expect(native?.unpacked).toBe(true);
    const unpacked = join(application, "resources/app.asar.unpacked/node_modules/better-sqlite3");
    await expect(access(join(unpacked, `prebuilds/linux-${process.arch}.node`))).resolves.toBeUndefined();
    // The stand-in is a Node, so it can load what the packaged application would.
    const ask = `console.log(require(${JSON.stringify(unpacked)})(":memory:").prepare("select sqlite_version() as v").get().v)`;
    const { stdout } = await promisify(execFile)(join(application, "rollcall"), ["-e", ask]);
    expect(stdout).toMatch(/^3\.\d+/);
  });

  it("asks for no package that it does not carry", async () => {
    const asked = async (path: string) => importedPackages(await readFile(join(folder, "project/dist", path), "utf8"));
    expect(await asked("desktop/entry.js")).toEqual(["electron"]);
    expect(await asked("desktop/control-plane-process.js")).toEqual(["better-sqlite3"]);
    expect(await asked("preload/index.cjs")).toEqual(["electron"]);
  });

  it("carries a control plane that starts from its bundle", async () => {
    const processes = new FakeUtilityProcesses();
    const file = join(folder, "project/dist/desktop/control-plane-process.js");
    const core = processes.fork(file, ["--data", join(folder, "data"), "--port", "0"], { env: {} });
    const { port1, port2 } = new FakeMessageChannelMain();
    serveSecrets(port1, Object.assign(new MemorySecrets(), { open: () => Promise.resolve() }), () => port1.close());
    core.postMessage({ kind: "secrets" }, [port2]);
    expect(await once(core, "message")).toEqual([{ kind: "ready", url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) }]);
    core.postMessage({ kind: "stop" });
    expect(await once(core, "exit")).toEqual([0]);
  });

  it("has every fuse of its program set", async () => {
    const fuses = await readFuses(join(application, "rollcall"));
    const wanted = (await readBuilderConfig()).electronFuses;
    expect(fuses).toEqual(Object.fromEntries(FUSES.map((name) => [name, wanted[name]])));
  });
});
