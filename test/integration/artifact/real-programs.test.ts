import { open } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { inspectArtifact, INSPECTED_BYTES } from "#shared/domain/artifact/inspect.ts";
import type { Inspection } from "#shared/domain/artifact/artifact.ts";

const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: "amd64",
  arm64: "arm64",
  ia32: "386",
  arm: "arm",
  s390x: "s390x",
  ppc64: "ppc64le",
  riscv64: "riscv64",
};

async function inspectFile(path: string): Promise<Inspection> {
  const file = await open(path);
  try {
    const head = Buffer.alloc(INSPECTED_BYTES);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    return inspectArtifact("program", head.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

describe.skipIf(process.platform !== "linux")("programs of this machine", () => {
  it.each([
    ["/bin/ls", "/bin/ls"],
    ["the Node that runs this test", process.execPath],
  ])("recognises %s", async (_, path) => {
    const found = await inspectFile(path);
    expect(found.format).toBe("elf");
    expect(found.platform?.from).toBe("file header");
    expect(found.platform?.value).toMatch(new RegExp(`^linux/${ARCHITECTURES[process.arch]}(?:\\+(?:gnu|musl))?$`));
    expect(found.advice).toEqual([]);
  });
});
