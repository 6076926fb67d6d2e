import { hash } from "node:crypto";
import { mkdir, readFile, readlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { removeTree } from "#main/node/archive/remove-tree.ts";
import { applyTreeDelta } from "#main/node/delta/tree/apply-tree-delta.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";

const OLD = Array.from({ length: 20 }, (_, index) => hash("sha256", `Rollcall ${index}`)).join("");
const NEW = `${OLD.slice(0, 500)} this one ${OLD.slice(500)}!`;

/** Written by the first version of the format, with a source of each kind; every later reader must understand it. */
const TREE = {
  oldTree: "7f690c4d1e5a7da6e827457a6c916a37b0d88a633757e41e43872abd3e6b47c1",
  newTree: "6834104ad5723c29a0ba2eadf6cd339082d2b8641d4116bf43680a0815ac38b8",
  delta:
    "UkNEVFJFRTEiAQAAAgIAAH9pDE0eWn2m6CdFemyRajew2IpjN1fkHkOHKr0+a0fBaDQQStVyPCmgui6t9s0zkILSuGQdQRa/Q2gKCBWsOLgotS" +
    "/9YAIBxQgANhM3GIDNAxiNYDTGUYTsSTChO7uEEfCPbrFxTzEALwAtAH0892wvrr/WPZ2DNL7XK2hMtMCfGr4qxnrvrWA1iq9gQU+rc6wCaJPw" +
    "D0lCrT1rdaAHdbsRHm06+Cw+1rTFgwmXuwLWgrW71eNMhwtdPmJnkwwb4U56u3UL4+x4tH+NP3DbGaWTozuvc9ztPMIoo2MrYIb2Qw85zK5scC" +
    "XzfSf90absGmVnpzvf8uRmFoCxopecRnp+aZRGmr86CRVla6k+9adWsJZGqUwVsff+HHPcyGzZEn9Mn9IP2pEf9RUgMEYwGl04E4gUwBZSGLBo" +
    "eJiBuyT3IMBeEAhq/+AerBcJVXv1KZNvuKMB+eRwL4HjmWAzrsF5AlJDREVMVEExAQAAAAAAAAAABQAAAAAAAAsFAAAAAAAAtTMMG9qw7+0V1i" +
    "zKmx9Cj5YdcCsmqlZGkvqJaFQyp9ulV9YzyqFbR1HKnlV/rpFeH3rHZDQ6uDshaYHEJYtkawIAAAAdAAAAEgAAAAAAAAAUAAAAAAAAACi1L/0g" +
    "GKUAAHD0AQAADAMAAAoAAAABAAEAG1ACKLUv/WAABEUAAAgAAQD8/EAIKLUv/SALWQAAIHRoaXMgb25lICEotS/9IApRAABOZXcgaGVyZS4K",
} as const;

describe("a delta between folders that was written long ago", () => {
  it("is still applied", async () => {
    const folder = await tempFolder();
    const at = (name: string): string => join(folder, name);
    await mkdir(at("old/bin"), { recursive: true });
    await writeFile(at("old/bin/web"), OLD, { mode: 0o755 });
    await writeFile(at("old/notes"), "Read me.\n");
    await writeFile(at("old/gone"), "x");
    await writeFile(at("delta"), Buffer.from(TREE.delta, "base64"));
    const { oldTree, newTree } = TREE;
    const { signal } = new AbortController();
    await applyTreeDelta({
      deltaPath: at("delta"),
      oldRoot: at("old"),
      newRoot: at("new"),
      temporary: at("part"),
      oldTree,
      newTree,
      signal,
    });
    expect(await readFile(at("new/bin/web"), "utf8")).toBe(NEW);
    expect(await readFile(at("new/readme"), "utf8")).toBe("Read me.\n");
    for (const name of ["copy", "more"]) expect(await readFile(at(`new/${name}`), "utf8")).toBe("New here.\n");
    expect(await readlink(at("new/web"))).toBe("bin/web");
    await removeTree(at("new"));
  });
});
