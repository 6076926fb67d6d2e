import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../../..");

it("the demo plays its whole story by itself, with six real agents, and ends well", async () => {
  const child = spawn("npm", ["run", "--silent", "demo", "--", "--unattended"], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect(child.exitCode, `${out}\n${err}`).toBe(0);
  expect(out).toContain("1.1.0 passed canary → early → everyone");
  expect(out).toContain("every step was seen");
}, 120_000);
