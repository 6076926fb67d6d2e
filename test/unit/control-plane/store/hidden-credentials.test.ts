import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HiddenCredentials } from "#main/control-plane/store/hidden-credentials.ts";
import { AppError } from "#shared/errors/app-error.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** How a registry could say a password back. */
const echoes: readonly ((password: string) => string)[] = [
  (password) => password,
  (password) => encodeURIComponent(password),
  (password) => JSON.stringify({ errors: [{ message: password }] }),
  (password) => Buffer.from(password).toString("hex"),
  (password) => base64(`operator:${password}`),
  (password) => base64(`xy${password}z`),
  (password) => Buffer.from(`z${password}`).toString("base64url"),
];

describe("the credentials of a store", () => {
  it("are in nothing that the store says, in whatever form it says them", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8, maxLength: 40, unit: "grapheme" }), fc.constantFrom(...echoes), (password, echo) => {
        const hidden = new HiddenCredentials();
        hidden.add({ username: "operator", password });
        const said = echo(password);
        const failure = hidden.failure(
          new AppError("STORE_FORBIDDEN", `It said ${said}.`, {
            details: { said },
            cause: new TypeError(said, { cause: new Error(said) }),
          }),
        );
        for (const text of [
          JSON.stringify(hidden.data({ deep: [{ said }] })),
          hidden.text(`a ${said} b`),
          inspect(failure, { depth: 9 }),
        ]) {
          expect(text).not.toContain(said);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("leave everything else as it was", () => {
    const hidden = new HiddenCredentials();
    hidden.add({ username: "operator", password: "correct horse" });
    const bytes = new Uint8Array([1, 2, 3]);
    const value = { notes: "Basic authentication for operator", size: 7, none: undefined, nothing: null, list: [true], bytes };
    expect(hidden.data(value)).toEqual(value);
    expect(hidden.data(value).bytes).toBe(bytes);
    expect(hidden.failure(new AppError("STORE_CONFLICT", "Basic authentication is wanted.", { details: { status: 409 } }))).toMatchObject({
      code: "STORE_CONFLICT",
      message: "Basic authentication is wanted.",
      details: { status: 409 },
    });
    expect(hidden.failure("text")).toBe("text");
  });

  it("are hidden in a failure also when they are an access token that only the registry knows", () => {
    const failure = new HiddenCredentials().failure(
      new Error("401 for Bearer eyJhbGciOiJSUzI1NiJ9.e30.c2ln", { cause: { not: "an error" } }),
    );
    expect(String(failure)).toBe("Error: 401 for Bearer [redacted]");
  });

  it("keep the name of a failure, by which others know that it was cut off", () => {
    const cut = new HiddenCredentials().failure(new DOMException("The operation was aborted", "AbortError"));
    expect(cut).toMatchObject({ name: "AbortError" });
  });
});
