import { describe, expect, it } from "vitest";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import {
  channelLag,
  channelToMove,
  fleetsToMove,
  followersOf,
  moveConsequence,
  platformsOf,
  quoteArgument,
  releaseLook,
  releaseVerbs,
  runSpecLines,
  targetsOf,
} from "#renderer/features/application/view-model.ts";

const block = { at: 1, by: "user:ana", reason: "leaks" };
const subscription = (groupName: string, more: object) => ({ groupName, channelId: "stable", following: true, ...more });
const group = (name: string, position: number, hosts: number, ...subscriptions: readonly object[]) => ({
  name,
  position,
  hosts,
  subscriptions,
});
// Why the casts: a test tells only what the function reads.
const fleet = (id: string, ...groups: readonly object[]) => ({ id, name: `fleet ${id}`, groups }) as unknown as FleetRow;
const release = (id: string, version: string, more: object = {}) =>
  ({ id, version, state: "published", artifacts: [], ...more }) as unknown as ReleaseRow;

const edge = fleet(
  "edge",
  group("everyone", 2, 20, subscription("everyone", { targetReleaseId: "old" })),
  group("canary", 0, 2, subscription("canary", { targetReleaseId: "new" })),
  group("early", 1, 5, subscription("early", { targetReleaseId: "old", following: false })),
);
const lab = fleet("lab", group("bench", 0, 3, { channelId: "beta", following: true, targetReleaseId: "new" }));

describe("the state of a release", () => {
  it("is its own word, which a block covers", () => {
    expect(releaseLook({ state: "draft" }).word).toBe("Draft");
    expect(releaseLook({ state: "published" })).toEqual({ status: "healthy", word: "Published" });
    expect(releaseLook({ state: "withdrawn" }).word).toBe("Withdrawn");
    expect(releaseLook({ state: "published", blocked: block })).toEqual({ status: "paused", word: "Blocked" });
  });

  it("says why a verb may not be used, and nothing when it may", () => {
    const published = releaseVerbs({ state: "published", version: "1.0.0" });
    expect(published).toEqual({ rollOut: undefined, moveChannel: undefined, block: undefined, withdraw: undefined });
    expect(releaseVerbs({ state: "draft", version: "1.0.0" })).toMatchObject({ rollOut: "1.0.0 is a draft. Publish it first." });
    expect(releaseVerbs({ state: "withdrawn", version: "1.0.0" })).toMatchObject({
      withdraw: "It is withdrawn already.",
      block: undefined,
    });
    expect(releaseVerbs({ state: "published", version: "1.0.0", blocked: block }).moveChannel).toContain("Unblock it first");
  });
});

describe("moving a channel", () => {
  it("concerns the groups that follow it, in the order of their fleet; a held-back group does not follow", () => {
    expect(followersOf("stable", [edge, lab])).toEqual([
      { fleetId: "edge", fleetName: "fleet edge", groups: ["canary", "everyone"], hosts: 22 },
    ]);
  });

  it("starts a rollout only where the target would change", () => {
    expect(fleetsToMove("stable", "new", [edge, lab])).toEqual([
      { fleetId: "edge", fleetName: "fleet edge", groups: ["everyone"], hosts: 20 },
    ]);
    expect(fleetsToMove("beta", "new", [edge, lab])).toEqual([]);
  });

  it("is announced with the number of rollouts and hosts", () => {
    const one = { fleetId: "a", fleetName: "a", groups: ["x"], hosts: 1 };
    expect(moveConsequence([])).toBe("No group that follows it would change, so nothing starts.");
    expect(moveConsequence([one])).toContain("1 rollout starts at once, for 1 host:");
    expect(moveConsequence([one, { ...one, hosts: 4 }])).toContain("2 rollouts start at once, for 5 hosts:");
  });

  it("begins with the asked channel, else with one that does not point at the release yet", () => {
    // Why the cast: a channel is told by its ids here.
    const channels = [
      { id: "beta", releaseId: "r2" },
      { id: "stable", releaseId: "r1" },
    ] as unknown as ApplicationRow["channels"];
    expect(channelToMove(channels, "beta", "r2")?.id).toBe("beta");
    expect(channelToMove(channels, undefined, "r2")?.id).toBe("stable");
    expect(channelToMove(channels, undefined, undefined)?.id).toBe("beta");
    expect(channelToMove([], undefined, "r2")).toBeUndefined();
  });

  it("is worth it by the number of newer releases that may be offered", () => {
    // Why the cast: only the newest version is read.
    const application = { latestVersion: "1.10.0" } as unknown as ApplicationRow;
    const releases = [
      release("a", "1.9.0"),
      release("b", "1.10.0"),
      release("c", "2.0.0", { blocked: block }),
      release("d", "2.1.0", { state: "draft" }),
    ];
    expect(channelLag(application, releases, "a")).toBe(1);
    expect(channelLag(application, releases, "b")).toBe(0);
    expect(channelLag(application, releases, undefined)).toBeUndefined();
  });
});

describe("what a release is", () => {
  it("names the groups that should run it", () => {
    expect(targetsOf("new", [edge, lab]).map((one) => `${one.fleetName} ${one.groupName}`)).toEqual([
      "fleet edge canary",
      "fleet lab bench",
    ]);
  });

  it("lists each platform once", () => {
    const artifacts = [{ platform: "linux/arm64" }, { platform: "any" }, { platform: "linux/arm64" }] as unknown as ReleaseRow["artifacts"];
    expect(platformsOf({ artifacts })).toEqual(["any", "linux/arm64"]);
  });

  it("tells what a host runs, with the arguments as a shell takes them", () => {
    const lines = runSpecLines(runSpec.parse({ arguments: ["--name", "it's me"], environment: { A: "1", B: "2" } }));
    const text = Object.fromEntries(lines.map((line) => [line.name, line.text]));
    expect(text["Command"]).toBe("the file itself");
    expect(text["Arguments"]).toBe(`--name 'it'\\''s me'`);
    expect(text["Environment"]).toBe("A=1\nB=2");
    expect(text["Probe"]).toBe("none: only an exit counts as a failure");
    expect(text["Stops within"]).toBe("10 s of SIGTERM, then SIGKILL");
  });

  it("tells how a probe is read", () => {
    const lines = runSpecLines(runSpec.parse({ command: "/bin/run", probe: { kind: "http", url: "http://127.0.0.1:80/up" } }));
    expect(lines.find((line) => line.name === "Command")).toEqual({ name: "Command", text: "/bin/run", isCode: true });
    expect(lines.find((line) => line.name === "Probe")?.text).toBe(
      "http://127.0.0.1:80/up answers 200 within 2 s, every 2 s; 3 misses fail",
    );
  });

  it("quotes an argument only when a shell would take it apart", () => {
    expect([quoteArgument("--port=8080"), quoteArgument("{artifact}"), quoteArgument(""), quoteArgument("a b")]).toEqual([
      "--port=8080",
      "{artifact}",
      "''",
      "'a b'",
    ]);
  });
});
