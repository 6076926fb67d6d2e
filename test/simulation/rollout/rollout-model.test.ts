import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { aGate, aGroupId, aPolicy, aWave } from "#test/builders/rollout-facts.ts";
import { aModelHost, RolloutModel, type Fate, type ModelHost } from "./rollout-model.ts";

type Event =
  | { readonly kind: "ask" | "switch" | "report" | "sicken" | "leave" | "return" | "move"; readonly host: number }
  | { readonly kind: "pass" | "stop"; readonly ms: number }
  | { readonly kind: "pause" | "go-on" | "ask-all" | "everyone" };

const HOUR_MS = 3_600_000;
const fate = fc.constantFrom<Fate>("well", "well", "well", "crashes", "vanishes", "sickens");
const hosts = fc.array(fc.record({ group: fc.constantFrom(0, 0, 1), fate, hasArtifact: fc.constantFrom(true, true, true, false) }), {
  minLength: 1,
  maxLength: 9,
});
const limits = fc.record({
  concurrency: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
  rate: fc.option(fc.record({ count: fc.integer({ min: 1, max: 3 }), intervalMs: fc.constantFrom(10_000, 120_000) }), { nil: undefined }),
  canaryFirst: fc.boolean(),
});
const gates = fc.record({
  successPercent: fc.constantFrom(0, 50, 100),
  failureBudget: fc.integer({ min: 0, max: 3 }),
  minimumSample: fc.constantFrom(1, 5),
  bakeMs: fc.constantFrom(0, 20_000, 300_000),
});
const event = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        "ask" as const,
        "switch" as const,
        "report" as const,
        "sicken" as const,
        "leave" as const,
        "return" as const,
        "move" as const,
      ),
      host: fc.nat({ max: 8 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("pass" as const), ms: fc.constantFrom(1_000, 20_000, 90_000, 400_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), ms: fc.constantFrom(5_000, HOUR_MS) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom("pause" as const, "go-on" as const, "ask-all" as const, "everyone" as const, "everyone" as const),
    }),
  },
);

type World = {
  readonly hosts: readonly { readonly group: number; readonly fate: Fate; readonly hasArtifact: boolean }[];
  readonly limits: {
    readonly concurrency: number | undefined;
    readonly rate: { readonly count: number; readonly intervalMs: number } | undefined;
    readonly canaryFirst: boolean;
  };
  readonly gate: Parameters<typeof aGate>[0];
};
const world: fc.Arbitrary<World> = fc.record({ hosts, limits, gate: gates });

/** Once a rollout that stood still for ever: a host that came to the release early and fell ill on it. */
const AILING_BEFORE_ITS_WAVE: World = {
  hosts: [
    { group: 0, fate: "sickens", hasArtifact: true },
    { group: 1, fate: "well", hasArtifact: true },
  ],
  limits: { concurrency: undefined, rate: undefined, canaryFirst: false },
  gate: { successPercent: 0, failureBudget: 0, minimumSample: 1, bakeMs: 300_000 },
};

function build({ hosts: seeds, limits: { concurrency, rate, canaryFirst }, gate }: World): RolloutModel {
  const waves = [
    aWave(0, { groupId: aGroupId(0), selector: { kind: "percent", percent: 40 }, gate: aGate(gate) }),
    aWave(1, { groupId: aGroupId(0), gate: aGate(gate) }),
    aWave(2, { groupId: aGroupId(1), gate: aGate(gate) }),
  ];
  const policy = aPolicy({
    canaryFirst,
    updateTimeoutMs: 60_000,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(rate === undefined ? {} : { rate }),
  });
  return new RolloutModel(
    seeds.map((seed, number) => aModelHost(number, seed.group, seed.fate, seed.hasArtifact)),
    waves,
    policy,
  );
}

/** Every host asks, as they do when a wave opens or a window. */
function askAll(model: RolloutModel): void {
  for (const host of model.hosts) model.ask(host);
  for (const host of model.hosts) model.report(host);
}

/** Every host does what it can, once. */
function everyone(model: RolloutModel): void {
  askAll(model);
  for (const host of model.hosts) model.switchOver(host);
  for (const host of model.hosts) model.report(host);
}

function toHost(model: RolloutModel, kind: Extract<Event, { readonly host: number }>["kind"], host: ModelHost): void {
  if (kind === "ask") model.ask(host);
  if (kind === "switch") model.switchOver(host);
  if (kind === "sicken") model.sicken(host);
  if (kind === "leave") host.isConnected = false;
  if (kind === "return") host.isConnected = true;
  if (kind === "move") host.group = 1 - host.group;
  model.report(host);
  model.judge();
}

function play(model: RolloutModel, one: Event): void {
  if ("host" in one) {
    const host = model.hosts[one.host];
    if (host !== undefined) toHost(model, one.kind, host);
  } else if ("ms" in one) {
    if (one.kind === "pass") model.pass(one.ms);
    else model.stop(one.ms);
  } else if (one.kind === "pause") model.pause();
  else if (one.kind === "go-on") model.goOn();
  else if (one.kind === "ask-all") askAll(model);
  else everyone(model);
}

/** Plays the events and looks after each of them. */
function check(look: (model: RolloutModel, one: Event) => void): void {
  fc.assert(
    fc.property(world, fc.array(event, { maxLength: 60 }), (some, events) => {
      const model = build(some);
      for (const one of events) {
        play(model, one);
        look(model, one);
      }
    }),
    { numRuns: 400 },
  );
}

describe("rollouts under any order of events", () => {
  it("never exceed the concurrency cap", () => {
    check((model) => {
      for (const group of [0, 1])
        expect(model.liveGrants.filter((grant) => grant.subscription === group).length).toBeLessThanOrEqual(
          model.policy.concurrency ?? Number.POSITIVE_INFINITY,
        );
    });
  });

  it("never exceed the rate cap in any interval", () => {
    check((model) => {
      const { rate } = model.policy;
      for (const { issuedAt, subscription } of rate === undefined ? [] : model.grants) {
        const within = model.grants.filter(
          (grant) =>
            grant.subscription === subscription && grant.issuedAt >= issuedAt && grant.issuedAt < issuedAt + (rate?.intervalMs ?? 0),
        );
        expect(within.length).toBeLessThanOrEqual(rate?.count ?? 0);
      }
    });
  });

  it("give a host one grant at a time, and none before a wave has reached its group", () => {
    check((model) => {
      for (const host of model.hosts) {
        const live = model.liveGrants.filter((grant) => grant.hostId === host.hostId);
        expect(live.length).toBeLessThanOrEqual(1);
        expect(live.some((grant) => grant.subscription === host.group) && !model.isReached(host)).toBe(false);
      }
    });
  });

  it("offer nothing and let nobody switch while they are paused or tripped", () => {
    const stops = new WeakMap<RolloutModel, { readonly grants: number; readonly minors: string }>();
    check((model, one) => {
      const stopped = stops.get(model);
      const seen = { grants: model.grants.length, minors: model.hosts.map((host) => host.minor).join() };
      const stands = (model.state === "paused" || model.state === "tripped") && one.kind !== "pause" && one.kind !== "go-on";
      expect(stands && stopped !== undefined ? seen : stopped).toEqual(stopped);
      if (model.state === "paused" || model.state === "tripped") stops.set(model, seen);
      else stops.delete(model);
    });
  });

  it("let a single canary go until one host is proven", () => {
    check((model) => {
      const proven = model.hosts.some((host) => host.report?.version === "1.2.0");
      expect(
        model.policy.canaryFirst &&
          !proven &&
          [0, 1].some((group) => model.liveGrants.filter((grant) => grant.subscription === group).length > 1),
      ).toBe(false);
    });
  });

  it("open a wave only when the one before has baked its whole time with hosts that report", () => {
    check((model) => {
      for (const [index, wave] of model.waves.entries()) {
        const before = model.waves[index - 1];
        const members = [...model.members.values()].filter((member) => member.wave === index - 1 && member.state !== "excluded");
        const mustBake = before !== undefined && wave.state !== "pending" && members.length > 0;
        expect(mustBake && before.bakedMs < before.gate.bakeMs).toBe(false);
      }
    });
  });

  it("open no wave for the time in which the control plane stood still", () => {
    fc.assert(
      fc.property(world, fc.array(event, { maxLength: 30 }), (some, events) => {
        const model = build(some);
        for (const one of events) play(model, one);
        const before = { opened: model.opened.length, baked: model.waves.map((wave) => wave.bakedMs) };
        model.stop(HOUR_MS);
        expect({ opened: model.opened.length, baked: model.waves.map((wave) => wave.bakedMs) }).toEqual(before);
      }),
      { numRuns: 400 },
    );
  });

  it("take exactly the hosts that a preview names a moment before", () => {
    fc.assert(
      fc.property(world, fc.array(event, { maxLength: 30 }), (some, events) => {
        const model = build(some);
        for (const one of events) play(model, one);
        for (let turn = 0; turn < 60; turn += 1) {
          const before = model.opened.length;
          const named = model.waves.filter((wave) => wave.state === "pending").map((wave) => model.previewMembers(wave));
          everyone(model);
          const next = model.opened[before];
          expect(next === undefined ? named[0] : next.members).toEqual(named[0]);
          model.pass(10_000);
          model.goOn();
        }
      }),
    );
  });

  it("always come to an end once people let them: every wave ends, whatever became of its hosts", () => {
    fc.assert(
      fc.property(world, fc.array(event, { maxLength: 40 }), (some, events) => {
        const model = build(some);
        for (const one of events) play(model, one);
        for (let turn = 0; turn < 600 && model.state !== "completed"; turn += 1) {
          everyone(model);
          model.pass(10_000);
          model.goOn();
        }
        expect(model.state).toBe("completed");
        expect(model.waves.map((wave) => wave.state)).toEqual(["passed", "passed", "passed"]);
      }),
      { numRuns: 200, examples: [[AILING_BEFORE_ITS_WAVE, [{ kind: "everyone" }, { kind: "sicken", host: 0 }]]] },
    );
  });

  it("come to rest after every judgement, so that judging twice changes nothing", () => {
    check((model) => {
      expect(model.judge()).toBe(0);
    });
  });
});
