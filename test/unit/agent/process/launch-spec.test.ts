import { describe, expect, it } from "vitest";
import { probe, runSpec } from "#shared/domain/release/run-spec.ts";
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

  it("asks the probe where the host's own file says that the service is", () => {
    const signed = probe.parse({ kind: "http", url: "http://127.0.0.1:80/health", failureThreshold: 5 });
    const moved = { overrides: { environment: {}, probeUrl: "http://127.0.0.1:8081/health" }, inherited: {} };
    expect(toProbe(runSpec.parse({ probe: signed }), moved)).toEqual({ ...signed, url: "http://127.0.0.1:8081/health" });
    expect(toProbe(runSpec.parse({ probe: signed }), noHost)).toEqual(signed);
    expect(toProbe(runSpec.parse({}), moved)).toBeUndefined();
  });
});
