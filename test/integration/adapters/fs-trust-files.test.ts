import { describe, expect, it } from "vitest";
import { openFsTrustFiles } from "#main/adapters/fs-trust-files/fs-trust-files.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

describe("FsTrustFiles", () => {
  it("reads back what it wrote, replaces it, lists it and removes it", async () => {
    const folder = await tempFolder();
    const files = await openFsTrustFiles(folder);
    await files.write("1.root.json", Buffer.from("one"));
    await files.write("1.root.json", Buffer.from("two"));
    const again = await openFsTrustFiles(folder);
    expect(Buffer.from((await again.read("1.root.json")) ?? []).toString()).toBe("two");
    expect(await again.list()).toEqual(["1.root.json"]);
    await again.remove("1.root.json");
    expect(await again.read("1.root.json")).toBeUndefined();
  });

  it.each(["../secret.json", "a/b.json", "root", ".json", ""])("knows no file named %j", async (name) => {
    const files = await openFsTrustFiles(await tempFolder());
    expect(await files.read(name)).toBeUndefined();
    await expect(files.write(name, Buffer.from("x"))).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
