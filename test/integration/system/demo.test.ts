import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");
const hasRegistry = existsSync("/usr/bin/docker-registry");

async function play(...terms: readonly string[]): Promise<string> {
  const child = spawn("npm", ["run", "--silent", "demo", "--", "--unattended", ...terms], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect(child.exitCode, `${out}\n${err}`).toBe(0);
  return out;
}

/** Every store and both ways to hold keys, each once; `npm run demo` plays any pair of them. */
const TERMS = [
  ["local", "server-held"],
  ["folder", "operator-held"],
  ["github", "server-held"],
  ["oci", "operator-held"],
] as const;

describe("the demo", () => {
  it.skipIf(!hasRegistry).each(TERMS.filter(([store]) => store === "oci"))(
    "plays its whole story with the store %s and %s keys",
    told,
    180_000,
  );
  it.each(TERMS.filter(([store]) => store !== "oci"))("plays its whole story with the store %s and %s keys", told, 180_000);
});

async function told(store: string, trust: string): Promise<void> {
  const out = await play("--store", store, "--trust", trust);
  expect(out).toContain(trust === "operator-held" ? "the control plane cannot" : "with its own keys");
  expect(out).toContain("1.1.0 passed canary → early → everyone");
  // Every service was under load on held sockets through every change of versions; the story ends with the first failure.
  expect(out).toMatch(/[1-9]\d* requests were answered .+; none failed/);
  expect(out).toContain("every step was seen");
}
