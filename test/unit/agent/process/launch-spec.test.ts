import { describe, expect, it } from "vitest";
import { probe } from "#shared/domain/release/probe.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import { toLaunchSpec, toProbe } from "#main/agent/process/launch-spec.ts";
import { applicationPaths, statePaths } from "#main/agent/state/state-paths.ts";
import { aTarget } from "../update/journal-builder.ts";

const paths = applicationPaths(statePaths("/state"), "id");
const release = aTarget("1.2.3");
const runnable = (spec: object) => ({ release, runSpec: runSpec.parse(spec), artifactPath: "/state/slots/id/abc/web" });
const noHost = { overrides: undefined, inherited: {} };

describe("how a release is run", () => {
  it("runs the artifact itself, or the command with the artifact in its place", () => {
    expect(toLaunchSpec(runnable({}), paths, noHost)).toMatchObject({ command: "/state/slots/id/abc/web", args: [] });
    const spec = runnable({ command: "/usr/bin/node", arguments: ["--flag", "{artifact}", "--at={artifact}"] });
    expect(toLaunchSpec(spec, paths, noHost)).toMatchObject({
      command: "/usr/bin/node",
      args: ["--flag", "/state/slots/id/abc/web", "--at=/state/slots/id/abc/web"],
    });
  });

  it("gives the host's own file the last word over the signed environment, and that the last over the agent's", () => {
    const host = { overrides: { environment: { PORT: "8081" } }, inherited: { PATH: "/bin", MODE: "agent" } };
    const { environment } = toLaunchSpec(runnable({ environment: { PORT: "80", MODE: "signed" } }), paths, host);
    expect(environment).toEqual({
      PATH: "/bin",
      MODE: "signed",
      PORT: "8081",
      ROLLCALL_RELEASE: release.releaseId,
      ROLLCALL_VERSION: "1.2.3",
    });
  });

  it("tells a program with an account of its own where its home is, and runs it where it asks to be", () => {
    const user = { name: "web", uid: 33, gid: 33, groups: [4], home: "/srv/web" };
    const host = { overrides: undefined, inherited: { HOME: "/root" } };
    const spec = toLaunchSpec(runnable({ workingDirectory: "{slot}/data", umask: "027" }), paths, host, user);
    expect(spec).toMatchObject({ workFolder: "/state/slots/id/abc/data", umask: "027", user: { uid: 33 } });
    expect(spec.environment).toMatchObject({ HOME: "/srv/web", USER: "web", LOGNAME: "web" });
    expect(toLaunchSpec(runnable({}), paths, noHost).workFolder).toBe(paths.work);
    expect(toLaunchSpec(runnable({ workingDirectory: "{work}/a" }), paths, noHost).workFolder).toBe(`${paths.work}/a`);
    expect(toLaunchSpec(runnable({ workingDirectory: "/srv/{work}" }), paths, noHost).workFolder).toBe("/srv/{work}");
  });

  it("asks the probe where the host's own file says that the service is", () => {
    const signed = probe.parse({ kind: "http", url: "http://127.0.0.1:80/health", failureThreshold: 5 });
    const moved = { overrides: { environment: {}, probeUrl: "http://127.0.0.1:8081/health" }, inherited: {} };
    const ported = { overrides: { environment: {}, probePort: 8082 }, inherited: {} };
    expect(toProbe(runnable({ probe: signed }), moved)).toEqual({ ...signed, url: "http://127.0.0.1:8081/health" });
    expect(toProbe(runnable({ probe: signed }), ported)).toEqual({ ...signed, url: "http://127.0.0.1:8082/health" });
    expect(toProbe(runnable({ probe: { kind: "tcp", port: 1 } }), ported)).toMatchObject({ kind: "tcp", port: 8082 });
    expect(toProbe(runnable({ probe: signed }), noHost)).toEqual(signed);
    expect(toProbe(runnable({}), moved)).toBeUndefined();
  });

  it("puts the installed file in its place in a probe that is a program", () => {
    const asked = toProbe(runnable({ probe: { kind: "exec", command: "{artifact}", arguments: ["--check={artifact}"] } }), noHost);
    expect(asked).toMatchObject({ command: "/state/slots/id/abc/web", arguments: ["--check=/state/slots/id/abc/web"] });
  });
});
