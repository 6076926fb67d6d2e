import { describe, expect, it } from "vitest";
import { runSpec } from "#shared/domain/release/run-spec.ts";
import {
  applicationOf,
  cliOf,
  compareWithNewest,
  contestedPlatforms,
  newestOf,
  platformProblem,
  platformsOf,
  runSpecOf,
  sameBytesAs,
  settleFor,
  suggestApplication,
  versionNote,
  versionOf,
  versionProblem,
} from "#renderer/features/publish/view-model.ts";
import { leftOutWords } from "#renderer/features/publish/left-out-words.ts";
import { aDraft, aFile, aKnown, anApplication, aReadyFile, aRelease, LINUX, web } from "./draft-files.ts";

const inspection = { ...LINUX, advice: [] };

describe("what is guessed from files", () => {
  it("tells where it comes from, and gives way to what a person chose", () => {
    const file = aReadyFile("web");
    expect(platformsOf(file)).toEqual({ value: ["linux/amd64"], from: "from the file header" });
    expect(platformsOf({ ...file, platforms: ["any"] })).toEqual({ value: ["any"], from: "chosen by you" });
    expect(platformsOf(aFile("web")).value).toBeUndefined();
    expect(versionOf(aDraft([file]))).toEqual({ value: "1.4.2", from: "from the file name web-1.4.2-linux-amd64" });
    expect(versionOf(aDraft([file], { version: "2.0.0" })).value).toBe("2.0.0");
    expect(versionOf(aDraft([aFile("web")])).value).toBeUndefined();
  });

  it("finds the application by the name in the file, or because there is no other", () => {
    const api = anApplication("api", "Api", "org.acme.api");
    const draft = aDraft([aReadyFile("web")]);
    expect(applicationOf(draft, [web, api]).value).toEqual({ kind: "known", id: "web" });
    expect(applicationOf(aDraft([aFile("x")]), [web, api]).value).toBeUndefined();
    expect(applicationOf(aDraft([aFile("x")]), [api])).toEqual({ value: { kind: "known", id: "api" }, from: "the only application" });
    expect(applicationOf({ ...draft, application: { kind: "known", id: "api" } }, [web, api]).value).toEqual({ kind: "known", id: "api" });
  });

  it("does not decide between two applications of one name", () => {
    const twin = anApplication("twin", "Web", "org.other.web");
    expect(applicationOf(aDraft([aReadyFile("web")]), [web, twin]).value).toBeUndefined();
  });

  it("suggests a product id for an application that is registered along with it", () => {
    const named = aFile("x", { inspection: { ...inspection, name: { value: "My Tool", from: "file name" } } });
    expect(suggestApplication([named])).toEqual({ productId: "org.example.my-tool", name: "My Tool" });
    expect(suggestApplication([aFile("x")])).toEqual({ productId: "", name: "" });
  });
});

describe("a version", () => {
  it("must be semantic and free", () => {
    expect(versionProblem(undefined, [])).toBe("A release needs a version.");
    expect(versionProblem("v1", [])).toContain("semantic");
    expect(versionProblem("1.4.2", [aRelease("1.4.2")])).toContain("exists already");
    expect(versionProblem("1.4.2", [aRelease("1.4.2", { state: "draft" })])).toContain("draft");
    expect(versionProblem("1.4.3", [aRelease("1.4.2")])).toBeUndefined();
  });

  it("may be older than the newest, which is worth a word", () => {
    expect(versionNote("1.4.1", aRelease("1.4.2"))).toBe("It is older than 1.4.2, which is published.");
    expect(versionNote("1.5.0", aRelease("1.4.2"))).toBeUndefined();
    expect(versionNote("1.5", aRelease("1.4.2"))).toBeUndefined();
  });

  it("is the newest by precedence among what is published", () => {
    expect(newestOf([aRelease("1.9.0"), aRelease("1.10.0"), aRelease("2.0.0", { state: "draft" })])?.version).toBe("1.10.0");
  });
});

describe("the platforms of files", () => {
  it("must be said, be platforms, and be one file's each", () => {
    const amd = aReadyFile("a");
    const arm = aReadyFile("b", { platforms: ["linux/arm64"] });
    expect(platformProblem(amd, [amd, arm])).toBeUndefined();
    expect(platformProblem({ ...amd, platforms: [] }, [arm])).toContain("Say which platform");
    expect(platformProblem({ ...amd, platforms: ["linux"] }, [arm])).toContain("“linux” is no platform");
    expect(platformProblem(amd, [amd, aReadyFile("c")])).toContain("Two files are for linux/amd64");
  });

  it("are what the newest release is compared by", () => {
    const newest = aRelease("1.4.1");
    expect(compareWithNewest(aReadyFile("a"), newest)).toBe("100 B more than in 1.4.1");
    expect(compareWithNewest(aReadyFile("a", { sizeBytes: 400 }), newest)).toBe("500 B less than in 1.4.1");
    expect(compareWithNewest(aReadyFile("a", { sizeBytes: 900 }), newest)).toBe("as large as in 1.4.1, other bytes");
    expect(compareWithNewest(aReadyFile("a", { platforms: ["any"] }), newest)).toBeUndefined();
    expect(compareWithNewest(aReadyFile("a", { sha256: "cd".repeat(32) }), newest)).toBeUndefined();
  });

  it("are every one that a universal binary carries", () => {
    const platforms = { value: ["darwin/arm64", "darwin/amd64"], from: "file header" as const };
    const universal = aReadyFile("a", {
      inspection: { format: "mach-o", platform: { value: "darwin/arm64", from: "file header" }, platforms, advice: [] },
    });
    expect(platformsOf(universal)).toEqual({ value: ["darwin/arm64", "darwin/amd64"], from: "from the file header" });
  });

  it("go to the file that a person prefers when two want the same, and the other loses only those", () => {
    const [one, two] = [aReadyFile("a"), aReadyFile("b", { platforms: ["linux/amd64", "linux/arm64"] })];
    const other = aReadyFile("c", { platforms: ["windows/amd64"] });
    expect(contestedPlatforms(one, [one, two, other])).toEqual(["linux/amd64"]);
    expect([...settleFor(one, [one, two, other])]).toEqual([["b", ["linux/arm64"]]]);
    expect([...settleFor(two, [one, two, other])]).toEqual([["a", []]]);
  });
});

describe("bytes that are known", () => {
  const known = [aKnown("1.3.2", "linux/arm64"), aKnown("1.3.1", "linux/amd64")];
  it("are named by the release that has them for the same platform, else by any that has them", () => {
    const file = aReadyFile("a");
    expect(sameBytesAs(file, [file], known)).toBe("the same bytes as Web 1.3.1 linux/amd64");
    expect(sameBytesAs({ ...file, platforms: ["any"] }, [file], known)).toBe("the same bytes as Web 1.3.2 linux/arm64");
    expect(sameBytesAs({ ...file, sha256: "ee".repeat(32) }, [file], known)).toBeUndefined();
  });

  it("are named by an earlier file of the drop first, and not before they have been hashed", () => {
    const [one, two] = [aReadyFile("a"), aReadyFile("b")];
    expect(sameBytesAs(two, [one, two], known)).toBe("the same bytes as a-1.4.2-linux-amd64");
    expect(sameBytesAs(one, [one, two], [])).toBeUndefined();
    expect(sameBytesAs({ ...one, sha256: undefined }, [one, two], known)).toBeUndefined();
  });
});

describe("what a drop left out", () => {
  it("is told with its reason and the first names", () => {
    const hidden = [".DS_Store", ".git", ".env", ".cache"].map((name) => ({ name, reason: "hidden" as const }));
    expect(leftOutWords([...hidden, { name: "deep", reason: "too-deep" }])).toEqual([
      "4 were left out because they are hidden: .DS_Store, .git, .env and 1 more.",
      "1 was left out because it is more than 8 folders deep: deep.",
    ]);
  });
});

describe("what a host runs", () => {
  it("is taken from the newest release until somebody edits it", () => {
    const before = aRelease("1.4.1", { runSpec: runSpec.parse({ arguments: ["--fast"] }) });
    expect(runSpecOf(undefined, before)).toMatchObject({ from: "as in 1.4.1", spec: { arguments: ["--fast"] } });
    expect(runSpecOf(undefined, undefined)).toMatchObject({ from: "the defaults", spec: { crashLimit: 3 } });
    const edited = { ...runSpecOf(undefined, before).form, arguments: "--slow" };
    expect(runSpecOf(edited, before)).toMatchObject({ from: "edited", spec: { arguments: ["--slow"] } });
  });
});

describe("the same from a shell", () => {
  it("names each file with its platform and the channel", () => {
    const plan = { productId: "org.acme.web", version: "1.4.2", platforms: ["linux/amd64", "any"], channel: { name: "stable" } };
    expect(cliOf(plan, ["web", "run me.sh"])).toBe(
      "rollcall publish org.acme.web ./web@linux/amd64 './run me.sh@any' --version 1.4.2 --channel stable",
    );
  });
});
