import { describe, expect, it } from "vitest";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { channelConsequence } from "#renderer/features/publish/channel-consequence.ts";
import { newApplicationProblem, readPlan } from "#renderer/features/publish/publish-plan.ts";
import { stepsOf, stepWords } from "#renderer/features/publish/run-publish.ts";
import { draftFile, newFiles } from "#renderer/features/publish/take-files.ts";
import { storesOf, storesWords } from "#renderer/features/publish/store-choice.ts";
import { LOCAL_STORE_ID, storeEntry } from "#shared/domain/store/store.ts";
import { aDraft, aFile, aReadyFile, aRelease, web } from "./draft-files.ts";

const OTHER = "00000000-0000-4000-8000-000000000002";

describe("a draft that can be published", () => {
  it("is a plan with nothing left to guess", () => {
    const files = [aReadyFile("a"), aReadyFile("b", { platforms: ["darwin/arm64", "darwin/amd64"] })];
    const { plan, missing } = readPlan(aDraft(files, { notes: " new ", channel: "stable" }), [web], [], []);
    expect(missing).toEqual([]);
    expect(plan).toMatchObject({
      applicationName: "Web",
      productId: "org.acme.web",
      version: "1.4.2",
      notes: "new",
      platforms: ["linux/amd64", "darwin/arm64", "darwin/amd64"],
      artifacts: [
        { uploadId: "upload-a", platform: "linux/amd64" },
        { uploadId: "upload-b", platform: "darwin/arm64" },
        { uploadId: "upload-b", platform: "darwin/amd64" },
      ],
      channel: { id: "c1", name: "stable" },
    });
  });

  it("may move a channel that does not exist yet", () => {
    expect(readPlan(aDraft([aReadyFile("a")], { channel: "beta" }), [web], [], []).plan?.channel).toEqual({ id: undefined, name: "beta" });
  });

  it("may register its application along", () => {
    const application = { kind: "new", productId: "org.acme.api", name: "Api" } as const;
    const { plan } = readPlan(aDraft([aReadyFile("a")], { application }), [web], [], []);
    expect(plan?.applicationName).toBe("Api");
    expect(plan && stepsOf(plan)).toEqual(["register", "draft", "sign"]);
  });
});

describe("what stands in the way of publishing", () => {
  it("is told sentence by sentence", () => {
    expect(readPlan(aDraft([aReadyFile("a")]), [web], undefined, []).missing).toEqual(["What was published before is still being read."]);
    expect(readPlan(aDraft([aReadyFile("a")]), [web], [], undefined).plan).toBeUndefined();
    expect(readPlan(aDraft([]), [], [], []).missing).toEqual([
      "Drop a file, or choose one.",
      "Choose the application, or register it.",
      "A release needs a version.",
    ]);
    const error = new AppError("ARTIFACT_EMPTY", "empty");
    const files = [aFile("a", { state: { phase: "failed", error } }), aFile("b")];
    expect(readPlan(aDraft(files, { version: "1.4.2" }), [web], [aRelease("1.4.2")], []).missing).toEqual([
      "A file failed: try it again or take it out.",
      "A file is still on its way.",
      "1.4.2 exists already; versions are never used twice.",
    ]);
  });

  it("is a file that arrived but is for no platform, or for that of another", () => {
    expect(readPlan(aDraft([aReadyFile("a", { platforms: [] })]), [web], [], []).missing).toEqual(["A file needs its platform."]);
    expect(readPlan(aDraft([aReadyFile("a"), aReadyFile("b")]), [web], [], []).missing).toEqual(["2 files need their platforms."]);
  });

  it("is an application that went away meanwhile", () => {
    const draft = aDraft([aReadyFile("a")], { application: { kind: "known", id: "gone" } });
    expect(readPlan(draft, [web], [], []).missing).toEqual(["Choose the application, or register it."]);
  });

  it("is an application that cannot be registered", () => {
    const fresh = { kind: "new", productId: "org.acme.api", name: "Api" } as const;
    expect(newApplicationProblem(fresh, [web])).toBeUndefined();
    expect(newApplicationProblem({ ...fresh, productId: "org.acme.web" }, [web])).toContain("choose it instead");
    expect(newApplicationProblem({ ...fresh, productId: "Api" }, [web])).toContain("product id such as");
    expect(newApplicationProblem({ ...fresh, name: " " }, [web])).toContain("needs a name");
  });
});

describe("the steps of publishing", () => {
  it("are those that the plan needs, in words", () => {
    const { plan } = readPlan(aDraft([aReadyFile("a")], { channel: "stable" }), [web], [], []);
    expect(plan && stepsOf(plan).map((step) => stepWords(step, plan))).toEqual([
      "Make a draft of 1.4.2",
      "Sign the manifest and bring it to its stores",
      "Move stable to 1.4.2",
    ]);
  });

  it("tell what moving the channel starts", () => {
    const group = (channelId: string, following: boolean, hosts: number) => ({ hosts, subscriptions: [{ channelId, following }] });
    // Why the cast: only followers and their hosts are read.
    const fleets = [{ groups: [group("c1", true, 2), group("c1", false, 9)] }, { groups: [group("c2", true, 5)] }] as unknown as FleetRow[];
    const consequence = (channel: { id: string | undefined; name: string } | undefined) =>
      channelConsequence({ channel, version: "1.4.2" }, fleets);
    expect(consequence(undefined)).toBeUndefined();
    expect(consequence({ id: "c1", name: "stable" })).toBe("stable moves to 1.4.2, which starts 1 rollout at once, for 2 hosts.");
    expect(consequence({ id: undefined, name: "beta" })).toContain("Nobody follows it");
  });
});

describe("files that are taken into the draft", () => {
  it("come in once, however often they are dropped", () => {
    const path = { kind: "path", path: "/srv/web" } as const;
    const other = { kind: "path", path: "/srv/api" } as const;
    expect(newFiles([draftFile(path, "1")], [path, other, other])).toEqual([other]);
  });

  it("are named by the last part of their path", () => {
    expect(draftFile({ kind: "path", path: "C:\\build\\web.exe" }, "1").fileName).toBe("web.exe");
    const file = new File(["abc"], "web");
    expect(draftFile({ kind: "file", file }, "1")).toMatchObject({ fileName: "web", sizeBytes: 3, state: { phase: "waiting" } });
  });
});

describe("the stores that a release goes to", () => {
  const stores = [LOCAL_STORE_ID, OTHER].map((id) =>
    storeEntry.parse({
      id,
      name: id === OTHER ? "shelf" : "local",
      settings: { kind: "local" },
      hasSecret: false,
      createdAt: 0,
      revision: 0,
    }),
  );
  const newest = {
    version: "1.4.1",
    stores: [{ storeId: stores[1]!.id, name: "shelf", kind: "folder" as const, state: "completed" as const }],
  };

  it("are those that a person chose, else those of the newest release, else the embedded one", () => {
    expect(storesOf({ stores: undefined }, stores, undefined)).toEqual({ value: [LOCAL_STORE_ID], from: "" });
    expect(storesOf({ stores: undefined }, stores, newest)).toEqual({ value: [OTHER], from: "as 1.4.1" });
    expect(storesOf({ stores: [LOCAL_STORE_ID, "gone"] }, stores, newest)).toEqual({ value: [LOCAL_STORE_ID], from: "chosen by you" });
  });

  it("stand on the button", () => {
    expect(storesWords([LOCAL_STORE_ID], stores)).toBe("the local store");
    expect(storesWords([OTHER], stores)).toBe("shelf");
    expect(storesWords([LOCAL_STORE_ID, OTHER], stores)).toBe("2 stores");
  });

  it("must be at least one", () => {
    expect(readPlan(aDraft([aReadyFile("a")], { stores: [] }), [web], [], stores).missing).toEqual(["Choose at least one store."]);
  });
});
