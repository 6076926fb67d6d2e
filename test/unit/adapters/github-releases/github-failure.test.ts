import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { toGithubFailure } from "#main/adapters/github-releases/github-failure.ts";
import { AppError } from "#shared/errors/app-error.ts";

const token = "ghp_secret0123456789";
const context = { undone: "nothing was done", repository: "acme/web", token, now: 0 };

/** What Octokit throws, with the request that it drags along. */
function refused(status: number, data: unknown, headers: Readonly<Record<string, string | number>> = {}): Error {
  const request = { url: "https://api.github.com", headers: { authorization: `token ${token}` } };
  return Object.assign(new Error(`HttpError ${token}`), { status, request, response: { status, headers, data } });
}

describe("a failed call to GitHub", () => {
  it.each([
    [401, "STORE_CREDENTIALS_REFUSED"],
    [403, "STORE_FORBIDDEN"],
    [404, "STORE_NOT_FOUND"],
    [410, "STORE_NOT_FOUND"],
    [409, "STORE_CONFLICT"],
    [422, "STORE_CONFLICT"],
    [413, "STORE_TOO_LARGE"],
    [500, "REMOTE_UNREACHABLE"],
    [503, "REMOTE_UNREACHABLE"],
    [418, "STORE_PROTOCOL"],
  ])("with status %i is %s", (status, code) => {
    expect(toGithubFailure(refused(status, { message: "Why" }), context)).toMatchObject({
      code,
      message: expect.stringContaining("nothing was done"),
    });
  });

  it("says what GitHub said, field by field, shortened and on one line", () => {
    const data = { message: "Validation\nFailed", errors: [{ resource: "Label", code: "invalid", field: "color" }] };
    expect(toGithubFailure(refused(422, data), context)).toMatchObject({
      message: expect.stringContaining('GitHub says: "Validation Failed: color invalid".'),
      details: { reason: "invalid", field: "color" },
    });
    expect(toGithubFailure(refused(422, { message: "x".repeat(9000) }), context).message.length).toBeLessThan(500);
  });

  it("copes with answers of any form", () => {
    for (const data of [undefined, "", "<html>", 7, [], { message: 7 }, { errors: "no" }]) {
      expect(toGithubFailure(refused(422, data), context).code).toBe("STORE_CONFLICT");
    }
  });

  it("carries nothing of the request, and no token, wherever it stood", () => {
    const data = { message: `saw ${token}`, errors: [{ code: token, field: token, message: token }] };
    for (const status of [401, 403, 404, 422, 500]) {
      expect(inspect(toGithubFailure(refused(status, data), context), { depth: 9, showHidden: true })).not.toContain(token);
    }
  });

  it("names the system's word for a broken connection, and nothing else of it", () => {
    const cause = Object.assign(new Error(`connect to ${token}`), { code: "ECONNREFUSED" });
    const thrown = new Error("fetch failed", { cause: new TypeError("x", { cause }) });
    const failure = toGithubFailure(thrown, context);
    expect(failure).toMatchObject({ code: "REMOTE_UNREACHABLE", message: expect.stringContaining("(ECONNREFUSED)") });
    expect(failure).not.toHaveProperty("cause");
    expect(failure.message).not.toContain(token);
    expect(toGithubFailure("odd", context).message).toContain("it ended early");
  });

  it("that was an error of ours goes on as it was", () => {
    const own = new AppError("ENV_DATA_CORRUPT", "The blob is damaged.");
    expect(toGithubFailure(new Error("fetch failed", { cause: new Error("body", { cause: own }) }), context)).toBe(own);
  });
});
