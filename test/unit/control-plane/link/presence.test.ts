import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  stepPresence,
  type Presence,
  type PresenceEffect,
  type PresenceEvent,
  type PresenceStep,
  type PresentLink,
} from "#main/control-plane/link/presence.ts";

type L = PresentLink & { readonly name: string };
const link = (name: string, boot = name): L => ({ name, boot });

function run(events: readonly PresenceEvent<L>[]): { presence: Presence<L>; effects: PresenceEffect<L>[] } {
  let presence: Presence<L> = { kind: "absent" };
  const effects: PresenceEffect<L>[] = [];
  for (const event of events) {
    const step: PresenceStep<L> = stepPresence(presence, event);
    presence = step.presence;
    effects.push(...step.effects);
  }
  return { presence, effects };
}

const [a, b, c] = [link("a"), link("b"), link("c")];
const suspected = [
  { kind: "joined", link: a },
  { kind: "joined", link: b },
] as const;
const cloned = [...suspected, { kind: "alive", link: a }] as const;

describe("who is there under one identity", () => {
  it("is one machine while one link is there", () => {
    expect(run([{ kind: "joined", link: a }])).toEqual({
      presence: { kind: "single", link: a },
      effects: [{ kind: "changed", to: "connected" }],
    });
    expect(
      run([
        { kind: "joined", link: a },
        { kind: "left", link: a },
      ]).effects.at(-1),
    ).toEqual({ kind: "changed", to: "disconnected" });
  });

  it("asks an older link for a sign of life before it believes in a second machine", () => {
    const { presence, effects } = run(suspected);
    expect(presence).toEqual({ kind: "suspected", newest: b, older: [a] });
    expect(effects.slice(1)).toEqual([
      { kind: "probe", link: a },
      { kind: "await-probe", newest: b },
    ]);
  });

  it("takes an older link that closes, or says nothing, for the remains of the same machine", () => {
    expect(run([...suspected, { kind: "left", link: a }]).presence).toEqual({ kind: "single", link: b });
    const timedOut = run([...suspected, { kind: "probe-ended", newest: b }]);
    expect(timedOut.presence).toEqual({ kind: "single", link: b });
    expect(timedOut.effects).toContainEqual({ kind: "drop", link: a });
  });

  it("finds two machines when the older link answers, whatever their boots", () => {
    const twins = [link("a", "same"), link("b", "same")] as const;
    const { presence, effects } = run([
      { kind: "joined", link: twins[0] },
      { kind: "joined", link: twins[1] },
      { kind: "alive", link: twins[0] },
    ]);
    expect(presence.kind).toBe("cloned");
    expect(effects.at(-1)).toEqual({ kind: "changed", to: "cloned" });
  });

  it("does not take the newest link's own life for the older one's", () => {
    expect(run([...suspected, { kind: "alive", link: b }]).presence.kind).toBe("suspected");
  });

  it("stays cloned while the other machine may come back, and is one again after a quiet time", () => {
    const left = run([...cloned, { kind: "left", link: a }]);
    expect(left.presence).toMatchObject({ kind: "cloned", links: [b] });
    expect(left.effects.at(-1)).toEqual({ kind: "await-quiet", round: 1 });
    const quiet = run([...cloned, { kind: "left", link: a }, { kind: "quiet-ended", round: 1 }]);
    expect(quiet.presence).toEqual({ kind: "single", link: b });
    expect(quiet.effects.at(-1)).toEqual({ kind: "changed", to: "connected" });
  });

  it("starts the quiet time anew when the other machine is back", () => {
    const back = [...cloned, { kind: "left", link: a }, { kind: "joined", link: c }, { kind: "quiet-ended", round: 1 }] as const;
    expect(run(back).presence).toMatchObject({ kind: "cloned", links: [b, c] });
  });

  it("replaces a link of the same boot in a cloned host instead of counting it twice", () => {
    const again = link("a2", "a");
    const { presence, effects } = run([...cloned, { kind: "joined", link: again }]);
    expect(presence).toMatchObject({ kind: "cloned", links: [b, again] });
    expect(effects).toContainEqual({ kind: "drop", link: a });
  });

  it("never trusts two links at once, in any order of events", () => {
    expect(() => fc.assert(fc.property(fc.array(anyEvent, { maxLength: 30 }), isSound))).not.toThrow();
  });
});

const named = fc.constantFrom(a, b, c, link("a2", "a"));
const anyEvent = fc.oneof(
  named.map((one): PresenceEvent<L> => ({ kind: "joined", link: one })),
  named.map((one): PresenceEvent<L> => ({ kind: "left", link: one })),
  named.map((one): PresenceEvent<L> => ({ kind: "alive", link: one })),
  named.map((newest): PresenceEvent<L> => ({ kind: "probe-ended", newest })),
  fc.nat({ max: 5 }).map((round): PresenceEvent<L> => ({ kind: "quiet-ended", round })),
);

/** Whether `single` always means exactly one live link and `absent` none. A link joins once and leaves once. */
function isSound(events: readonly PresenceEvent<L>[]): boolean {
  const live = new Set<L>();
  let presence: Presence<L> = { kind: "absent" };
  for (const event of events) {
    if (event.kind === "joined" && live.has(event.link)) continue;
    if (event.kind === "joined") live.add(event.link);
    if (event.kind === "left") live.delete(event.link);
    const step: PresenceStep<L> = stepPresence(presence, event);
    presence = step.presence;
    for (const effect of step.effects) {
      if (effect.kind !== "drop") continue;
      live.delete(effect.link);
      presence = stepPresence(presence, { kind: "left", link: effect.link }).presence;
    }
    if (presence.kind === "single" && !(live.size === 1 && live.has(presence.link))) return false;
    if (presence.kind === "absent" && live.size > 0) return false;
  }
  return true;
}
