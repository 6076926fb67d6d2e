import { describe, expect, it } from "vitest";
import { quitQuestion } from "#main/desktop/quit/quit-question.ts";

const nothing = { rollouts: [], uploads: 0 };

describe("the question before quitting", () => {
  it("is not asked when nothing would stand still or be lost", () => {
    expect(quitQuestion(nothing, [])).toBeUndefined();
    expect(quitQuestion(undefined, [])).toBeUndefined();
  });

  it("names the rollouts that would stand still, and what hosts do meanwhile", () => {
    const question = quitQuestion({ rollouts: [{ title: "web 1.5.0", state: "running" }], uploads: 0 }, []);
    expect(question?.message).toBe("1 rollout will stand still if you quit");
    expect(question?.detail).toContain("• web 1.5.0 (running)");
    expect(question?.detail).toContain("Hosts keep serving");
  });

  it("lists five rollouts and counts the rest", () => {
    const rollouts = Array.from({ length: 8 }, (_, index) => ({ title: `web 1.${index}.0`, state: "running" }));
    const detail = quitQuestion({ rollouts, uploads: 0 }, [])?.detail ?? "";
    expect(detail.match(/•/g)).toHaveLength(6);
    expect(detail).toContain("• and 3 more");
  });

  it("names uploads and what the window says would be lost", () => {
    const question = quitQuestion({ rollouts: [], uploads: 2 }, ["The draft of web 1.6.0 is not saved"]);
    expect(question?.message).toBe("2 uploads will be interrupted if you quit");
    expect(question?.detail).toContain("2 uploads will stop and can be resumed later.");
    expect(question?.detail).toContain("• The draft of web 1.6.0 is not saved");
  });

  it("still asks for the window's sake when the control plane does not answer", () => {
    expect(quitQuestion(undefined, ["A draft"])?.message).toBe("Something would be lost if you quit");
  });

  it("offers staying as its first button, which is the default", () => {
    expect(quitQuestion(undefined, ["A draft"])?.buttons[0]).toBe("Keep running in the background");
  });
});
