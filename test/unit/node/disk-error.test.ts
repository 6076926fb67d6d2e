import { describe, expect, it } from "vitest";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf, isNotFound, toDiskError } from "#main/node/disk-error.ts";

const system = (code: string): Error => Object.assign(new Error(`${code}: something`), { code });

describe("errors of the disk", () => {
  it.each(["ENOSPC", "EDQUOT"])("name a full disk (%s) with what was not written", (code) => {
    const named = toDiskError(system(code), "/state/journal.json");
    expect(named).toBeInstanceOf(AppError);
    expect(named).toMatchObject({ code: "ENV_DISK_FULL", details: { path: "/state/journal.json" } });
  });

  it("stay what they were otherwise", () => {
    const denied = system("EACCES");
    expect(toDiskError(denied, "/state")).toBe(denied);
    expect(toDiskError("text", "/state")).toBe("text");
  });

  it("tell a file that is not there from one that cannot be read", () => {
    expect([isNotFound(system("ENOENT")), isNotFound(system("ENOTDIR")), isNotFound(system("EACCES"))]).toEqual([true, true, false]);
    expect([errnoOf(system("EACCES")), errnoOf(new Error("plain")), errnoOf(7)]).toEqual(["EACCES", undefined, undefined]);
  });
});
