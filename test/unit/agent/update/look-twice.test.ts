import { describe, expect, it } from "vitest";
import { lookTwice } from "#main/agent/update/look-twice.ts";

const refusal = (code: string): Error => Object.assign(new Error(code), { code });

/** Looks that answer or fail as they are told, and how many of them were taken. */
async function after(...answers: readonly (boolean | string)[]) {
  const left = [...answers];
  const verdict = await lookTwice(() => {
    const answer = left.shift();
    return typeof answer === "boolean" ? Promise.resolve(answer) : Promise.reject(refusal(answer ?? "none left"));
  }).catch((thrown: unknown) => String(thrown));
  return { verdict, looks: answers.length - left.length };
}

describe("a look at kept files", () => {
  it("is taken once where the disk answers", async () => {
    expect(await after(true, false)).toEqual({ verdict: true, looks: 1 });
    expect(await after(false, true)).toEqual({ verdict: false, looks: 1 });
  });

  it("that the disk refuses is taken again, and that one counts", async () => {
    expect(await after("EIO", true)).toEqual({ verdict: true, looks: 2 });
    expect(await after("EIO", false)).toEqual({ verdict: false, looks: 2 });
    expect(await after("EIO", "EIO")).toEqual({ verdict: false, looks: 2 });
  });

  it("at what is not there is no", async () => {
    expect(await after("ENOENT", true)).toEqual({ verdict: false, looks: 1 });
  });

  it("that fails for a want of this process says nothing of the files", async () => {
    expect(await after("EMFILE", true)).toEqual({ verdict: "Error: EMFILE", looks: 1 });
    expect(await after("EIO", "EMFILE")).toEqual({ verdict: "Error: EMFILE", looks: 2 });
  });
});
