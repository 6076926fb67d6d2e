import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pinoLogger } from "#main/adapters/system/pino-logger.ts";

/** The lines that a logger writes. */
function logged(write: (logger: ReturnType<typeof pinoLogger>) => void): string {
  const lines: string[] = [];
  write(pinoLogger({ write: (line) => void lines.push(line) }, "debug"));
  for (const line of lines) expect(() => JSON.parse(line) as unknown).not.toThrow();
  return lines.join("");
}

const token = fc.stringMatching(/^[A-Za-z0-9]{36,60}$/);

/** How a secret comes into a line by accident. */
const accidents: readonly ((secret: string) => string)[] = [
  (secret) => `sent Authorization: Bearer ${secret}`,
  (secret) => `{"authorization":"Basic ${secret}"}`,
  (secret) => `401 for ghp_${secret}`,
  (secret) => `github_pat_${secret} is not valid`,
  (secret) => `rct_${secret} was refused`,
  (secret) => `no host for rcl1.${secret}`,
  (secret) => `GET https://user:${secret}@registry.example/v2/ failed`,
  (secret) => `PUT http://127.0.0.1:5000/v2/a/blobs/uploads/1?_state=x&access_token=${secret}&digest=y`,
  (secret) => `location https://bucket.example/a?X-Amz-Signature=${secret}`,
];

describe("the log", () => {
  it("blanks secrets by their form, in messages, fields, errors and their causes", () => {
    fc.assert(
      fc.property(token, fc.constantFrom(...accidents), (secret, accident) => {
        const text = accident(secret);
        const failure = new TypeError(text, { cause: new Error(text) });
        const lines = logged((logger) => {
          logger.error({ err: failure, detail: text, deep: { list: [text] } }, text);
          logger.child({ from: text }).info({}, "x");
        });
        expect(lines).not.toContain(secret);
        expect(lines.split("\n")).toHaveLength(3);
      }),
      { numRuns: 200 },
    );
  });

  it("blanks private keys, as PEM, base64 and hex", () => {
    const { privateKey } = generateKeyPairSync("ed25519");
    const pem = String(privateKey.export({ format: "pem", type: "pkcs8" }));
    const der = privateKey.export({ format: "der", type: "pkcs8" });
    const lines = logged((logger) => logger.error({ err: new Error(pem), base64: der.toString("base64"), hex: der.toString("hex") }, pem));
    const seed = der.subarray(16);
    for (const form of [pem.split("\n")[1]!.slice(24), seed.toString("hex"), der.toString("base64").slice(24)])
      expect(lines).not.toContain(form);
  });

  it("blanks fields that are named as secrets, one level deep, too", () => {
    const lines = logged((logger) =>
      logger.info(
        { password: "hunter2hunter2", store: { password: "hunter2hunter2" }, request: { headers: { authorization: "hunter2hunter2" } } },
        "x",
      ),
    );
    expect(lines).not.toContain("hunter2");
  });

  it("writes of an error what it is, and nothing that was hung on it", () => {
    const failure = Object.assign(new RangeError("no"), { code: "E_NO", request: { headers: { "private-token": "seeded-value" } } });
    const lines = logged((logger) => logger.error({ err: failure }, "failed"));
    expect(lines).not.toContain("seeded-value");
    expect(JSON.parse(lines)).toMatchObject({
      msg: "failed",
      err: { type: "RangeError", code: "E_NO", message: "no", stack: expect.stringContaining("RangeError: no") },
    });
  });

  it("leaves ordinary words alone", () => {
    const text =
      "The token of web ended; basic authentication and token exchange; basic checks of https://rollcall.example/a?cursor=1234567 hold, sha256:abcdef0123456789";
    expect(logged((logger) => logger.info({}, text))).toContain(text);
  });
});
