import { copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkExecutable } from "#main/agent/update/executable-check.ts";
import { readHostPlatform } from "#main/agent/host/host-facts.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { setUp, versionAt } from "./agent-process.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn, setUpServing } from "./serving-agent.ts";

const HERE = readHostPlatform();
const SPEC = runSpec.parse({});
const host = { platform: HERE, additions: { overrides: undefined, inherited: { PATH: "/usr/bin:/bin" } } };

async function file(content: string | Uint8Array): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "rollcall-executable-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, "download");
  await writeFile(path, content, { mode: 0o600 });
  return path;
}

/** A real program, made one for another machine: only e_machine says which. */
async function foreignProgram(): Promise<Buffer> {
  const bytes = await readFile("/bin/sh");
  bytes.writeUInt16LE(bytes.readUInt16LE(18) === 183 ? 62 : 183, 18);
  return bytes;
}

describe.skipIf(process.platform !== "linux")("a verified file, before it is made executable", () => {
  it("passes when it is a program of this host", async () => {
    const path = await file("");
    for (const program of ["/bin/sh", process.execPath]) {
      await copyFile(program, path);
      await expect(checkExecutable(path, { platform: HERE, runSpec: SPEC }, host)).resolves.toBeUndefined();
    }
  });

  it("is refused when it is another machine's, and is not touched", async () => {
    const path = await file(await foreignProgram());
    await expect(checkExecutable(path, { platform: HERE, runSpec: SPEC }, host)).rejects.toMatchObject({ code: "ARTIFACT_WRONG_PLATFORM" });
    expect((await stat(path)).mode & 0o111).toBe(0);
  });

  it("is left to the command that it is handed to", async () => {
    const path = await file(await foreignProgram());
    const spec = runSpec.parse({ command: "/usr/bin/flash", arguments: ["{artifact}"] });
    await expect(checkExecutable(path, { platform: HERE, runSpec: spec }, host)).resolves.toBeUndefined();
  });

  it("is refused when its loader is not here, with the libc where that is why", async () => {
    const bytes = await readFile("/bin/sh");
    const name = /\/lib[^\0]*\/ld-[^\0]*/.exec(bytes.toString("latin1"))?.[0] ?? "";
    expect(name).not.toBe("");
    const musl = Buffer.from(bytes);
    musl.write("/lib/ld-musl-no.so".slice(0, name.length).padEnd(name.length, "\0"), bytes.indexOf(name), "latin1");
    const gone = Buffer.from(bytes);
    gone.write("/nix/ld".padEnd(name.length, "\0"), bytes.indexOf(name), "latin1");
    const use = { platform: HERE, runSpec: SPEC };
    const muslHere = HERE.endsWith("+musl");
    await expect(checkExecutable(await file(musl), use, host)).rejects.toMatchObject({
      code: muslHere ? "ARTIFACT_INTERPRETER_MISSING" : "ARTIFACT_WRONG_PLATFORM",
      message: expect.stringContaining("ld-musl") as unknown,
    });
    await expect(checkExecutable(await file(gone), use, host)).rejects.toMatchObject({ code: "ARTIFACT_INTERPRETER_MISSING" });
  });

  it.each(["#!/bin/sh\necho\n", "#!/usr/bin/env sh\necho\n"])(
    "passes when it is the script %j, whose interpreter is here",
    async (content) => {
      await expect(checkExecutable(await file(content), { platform: "any", runSpec: SPEC }, host)).resolves.toBeUndefined();
    },
  );

  it.each([
    ["#!/opt/none/python\n", "/opt/none/python"],
    ["#!/usr/bin/env rollcall-no-such-program\n", "rollcall-no-such-program"],
    ["#!/bin/sh\r\necho\r\n", "as Windows ends lines"],
  ])("is refused when it is the script %j", async (content, said) => {
    await expect(checkExecutable(await file(content), { platform: "any", runSpec: SPEC }, host)).rejects.toMatchObject({
      code: "ARTIFACT_INTERPRETER_MISSING",
      message: expect.stringContaining(said) as unknown,
    });
  });

  it("finds an interpreter on the search path that the release or the host gives", async () => {
    const path = await file("#!/usr/bin/env sh\n");
    const nowhere = runSpec.parse({ environment: { PATH: "/nowhere" } });
    await expect(checkExecutable(path, { platform: "any", runSpec: nowhere }, host)).rejects.toMatchObject({
      code: "ARTIFACT_INTERPRETER_MISSING",
    });
    const own = { ...host, additions: { ...host.additions, overrides: { environment: { PATH: "/usr/bin:/bin" } } } };
    await expect(checkExecutable(path, { platform: "any", runSpec: nowhere }, own)).resolves.toBeUndefined();
  });
});

describe.skipIf(process.platform !== "linux")("an agent that is granted a release for another machine", () => {
  it("refuses it before the switch, says so, and goes on serving the old one", async () => {
    const { stub, port } = await setUpServing();
    const second = stub.publish({
      version: "2.0.0",
      bytes: await foreignProgram(),
      platform: HERE,
      runSpec: { ...QUICK_RUN, command: "{artifact}", arguments: [] },
    });
    stub.desire(second);
    const { failure } = await stub.untilPhase("failed", second);
    expect(failure).toMatchObject({ cause: "verification", code: "ARTIFACT_WRONG_PLATFORM" });
    expect(stub.phases().some(({ phase, releaseId }) => phase === "switching" && releaseId === second.releaseId)).toBe(false);
    expect(await versionAt(port)).toBe("1.0.0");
  });

  it("refuses it also when its bytes are here already, under a release that handed them to a command", async () => {
    const { stub, agent, port } = await setUp();
    const bytes = serviceArtifact("1.0.0");
    const script = Buffer.concat([Buffer.from("#!/opt/none/node\n"), bytes]);
    const first = stub.publish({ version: "1.0.0", bytes: script, runSpec: QUICK_RUN });
    await serveOn(stub, agent, first);
    const second = stub.publish({ version: "1.0.1", bytes: script, runSpec: { ...QUICK_RUN, command: "{artifact}", arguments: [] } });
    stub.desire(second);
    expect((await stub.untilPhase("failed", second)).failure).toMatchObject({ code: "ARTIFACT_INTERPRETER_MISSING" });
    expect(await versionAt(port)).toBe("1.0.0");
  });
});
