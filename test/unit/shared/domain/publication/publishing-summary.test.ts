import { describe, expect, it } from "vitest";
import { isCommandAllowed, type PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import { publicationState, type PublicationState } from "#shared/domain/publication/publication.ts";
import { summarizePublishing } from "#shared/domain/publication/publishing-summary.ts";

const part = (state: PublicationState, doneBytes = 10, totalBytes = 20) => ({ state, doneBytes, totalBytes });

describe("a release on its way to several stores", () => {
  it("shows the state that needs people most, and the bytes of all of them", () => {
    expect(summarizePublishing([part("running"), part("failed"), part("waiting"), part("completed", 20)])).toEqual({
      state: "failed",
      doneBytes: 50,
      totalBytes: 80,
    });
    expect(summarizePublishing([part("running"), part("waiting")])).toMatchObject({ state: "waiting" });
  });

  it("counts nothing of what was cancelled, and is nowhere on its way once all have ended", () => {
    expect(summarizePublishing([part("running"), part("cancelled")])).toEqual(part("running"));
    expect(summarizePublishing([part("completed"), part("cancelled")])).toBeUndefined();
    expect(summarizePublishing([])).toBeUndefined();
  });
});

describe("a person's command", () => {
  it("applies to the states of the diagram and to no other", () => {
    const allowed = (command: PublicationCommand) => publicationState.options.filter((state) => isCommandAllowed(command, state));
    expect(allowed("pause")).toEqual(["running", "waiting"]);
    expect(allowed("resume")).toEqual(["paused", "failed"]);
    expect(allowed("cancel")).toEqual(["running", "waiting", "paused", "failed"]);
  });
});
