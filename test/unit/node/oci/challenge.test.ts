import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseChallenges } from "#main/node/oci/auth/challenge.ts";

const read = (header: string) => parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe("a WWW-Authenticate header", () => {
  it("names a token service with its service and scope, commas inside quotes included", () => {
    expect(read('Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a/b:pull,push"')).toEqual([
      ["bearer", { realm: "https://auth.example/token", service: "registry.example", scope: "repository:a/b:pull,push" }],
    ]);
  });

  it("may name several ways, bare values, escapes and odd spacing", () => {
    expect(read('Negotiate, Basic realm = "say \\"hi\\"" ,bEARER ReAlm=https://x , error=insufficient_scope')).toEqual([
      ["negotiate", {}],
      ["basic", { realm: 'say "hi"' }],
      ["bearer", { realm: "https://x", error: "insufficient_scope" }],
    ]);
  });

  it("is none when it is absent, empty or too long", () => {
    expect([parseChallenges(undefined), read(""), read(`Basic realm="${"x".repeat(9000)}"`)]).toEqual([[], [], []]);
  });

  it("never keeps the parser from ending, whatever stands in it", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300 }), (header) => {
        for (const { scheme } of parseChallenges(header)) expect(scheme).toBe(scheme.toLowerCase());
      }),
    );
    expect(parseChallenges(`Basic ${'a="'.repeat(2600)}`).length).toBeLessThan(5000);
  });
});
