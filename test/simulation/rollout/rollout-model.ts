import { advance, type RolloutEvidence, type Step } from "#shared/domain/rollout/advance.ts";
import { decide } from "#shared/domain/rollout/decide.ts";
import type { JudgementClock, MemberEvidence } from "#shared/domain/rollout/member-outcome.ts";
import { grantProgress, type MemberReport } from "#shared/domain/rollout/member-report.ts";
import type { Policy } from "#shared/domain/rollout/policy.ts";
import type { RolloutState, Wave } from "#shared/domain/rollout/rollout.ts";
import type { PaceContext } from "#shared/domain/rollout/situation.ts";
import { coversWholeGroup, isOpened } from "#shared/domain/rollout/wave-coverage.ts";
import { chooseWaveMembers } from "#shared/domain/rollout/wave-members.ts";
import type { GrantId, HostId } from "#shared/lib/ids.ts";
import { aGrantId, aGroupId, aHost, aHostId, aRelease, aSubscriptionId, digestOf } from "#test/builders/rollout-facts.ts";

/** What the new release does to a host once it switches. */
export type Fate = "well" | "crashes" | "vanishes" | "sickens";

/** One host of the model. Its own progress and what it last told are two things, as they are in life. */
export type ModelHost = {
  readonly hostId: HostId;
  readonly fate: Fate;
  readonly hasArtifact: boolean;
  group: number;
  isConnected: boolean;
  minor: number;
  phase: string;
  healthy: boolean;
  isQuarantined: boolean;
  grantId: GrantId | undefined;
  canSwitch: boolean;
  heardAt: number | undefined;
  report: MemberReport | undefined;
};

/** A lease of the model, with the moment of its go. */
export type ModelGrant = {
  readonly grantId: GrantId;
  readonly hostId: HostId;
  readonly subscription: number;
  readonly issuedAt: number;
  readonly expiresAt: number;
  state: "active" | "completed" | "failed" | "expired" | "revoked";
  endedAt: number | undefined;
};

type Member = { state: MemberEvidence["state"]; updatedAt: number; readonly wave: number; readonly subscription: number };

/** How long silence may last in the model, and how long hosts stay fresh. */
export const MODEL_FRESH_MS = 30_000;

/** The release that the rollout brings is 1.2.0; everyone begins with 1.1.0. */
const TARGET = aRelease(2);
const PREVIOUS = aRelease(1);

/**
 * A control plane in memory: the pure decisions, run by the simplest possible service, on a clock that only moves when it
 * is told. It is the yardstick for what holds under any order of events.
 */
export class RolloutModel {
  now = 1_000_000;
  runningSince = 1_000_000;
  state: RolloutState = "running";
  readonly hosts: ModelHost[];
  readonly grants: ModelGrant[] = [];
  readonly members = new Map<string, Member>();
  readonly waves: Wave[];
  readonly opened: { readonly wave: number; readonly members: readonly HostId[] }[] = [];
  readonly policy: Policy;

  constructor(hosts: readonly ModelHost[], waves: readonly Wave[], policy: Policy) {
    this.hosts = hosts.map((host) => ({ ...host }));
    this.waves = waves.map((wave) => ({ ...wave }));
    this.policy = policy;
    for (const host of this.hosts) this.report(host);
    this.judge();
  }

  get clock(): JudgementClock {
    return { now: this.now, runningSince: this.runningSince, freshMs: MODEL_FRESH_MS };
  }

  get liveGrants(): readonly ModelGrant[] {
    return this.grants.filter((grant) => grant.state === "active" && grant.expiresAt > this.now);
  }

  /** A host tells what it is; the control plane draws the consequences. */
  report(host: ModelHost): void {
    if (!host.isConnected) return;
    host.heardAt = this.now;
    const failure = host.phase === "reverted" ? { cause: "exit", message: "it exited" } : undefined;
    host.report = {
      at: this.now,
      digest: digestOf(host.minor),
      version: `1.${host.minor}.0`,
      phase: host.phase,
      grantId: host.grantId,
      healthy: host.healthy,
      unwellSince: host.healthy ? undefined : (host.report?.unwellSince ?? this.now),
      restarts: 0,
      processStartedAt: 0,
      failure,
    };
    this.#settle(host);
    this.judge();
  }

  #settle(host: ModelHost): void {
    const grant = this.liveGrants.find((one) => one.hostId === host.hostId);
    if (grant === undefined) return;
    const { progress } = grantProgress(host.report, { grantId: grant.grantId, digest: TARGET.artifact.digest }, host.isQuarantined);
    if (progress === "completed" || progress === "failed") this.#end(grant, progress);
    if (progress === "lapsed") this.#end(grant, "revoked");
    if (progress === "staged" && this.#decision(host).kind === "offer") host.canSwitch = true;
  }

  #end(grant: ModelGrant, state: ModelGrant["state"]): void {
    grant.state = state;
    grant.endedAt = this.now;
  }

  #pace(host: ModelHost): PaceContext {
    const live = this.liveGrants.filter((grant) => grant.subscription === host.group && grant.hostId !== host.hostId);
    const { rate } = this.policy;
    const nth =
      rate &&
      this.grants.filter((grant) => grant.subscription === host.group).toSorted((left, right) => right.issuedAt - left.issuedAt)[
        rate.count - 1
      ];
    const leavesAt = rate === undefined || nth === undefined ? 0 : nth.issuedAt + rate.intervalMs;
    const proven = this.hosts.some(
      (other) =>
        other !== host &&
        other.group === host.group &&
        other.report?.digest === TARGET.artifact.digest &&
        other.report.healthy &&
        other.report.phase === "healthy",
    );
    return {
      now: this.now,
      otherGrants: live.length,
      firstGrantEndsAt: live[0]?.expiresAt,
      rateFullUntil: leavesAt > this.now ? leavesAt : undefined,
      targetProven: proven,
    };
  }

  #decision(host: ModelHost) {
    const grant = this.liveGrants.find((one) => one.hostId === host.hostId);
    const failed = this.grants.findLast((one) => one.hostId === host.hostId && one.state === "failed");
    const ofGroup = this.waves.filter((wave) => wave.groupId === aGroupId(host.group));
    const member = this.members.get(this.#key(host, host.group));
    const served = coversWholeGroup(ofGroup) || (member !== undefined && member.state !== "excluded");
    const situation = aHost(undefined, {
      current: host.report?.digest === undefined ? undefined : { digest: host.report.digest, version: host.report.version ?? "" },
      quarantinedDigests: host.isQuarantined ? [TARGET.artifact.digest] : [],
      updateLock: undefined,
      lastFailure: failed && { digest: TARGET.artifact.digest, at: failed.endedAt ?? 0 },
      grant: grant && { grantId: grant.grantId, releaseId: TARGET.releaseId },
    });
    const target = host.hasArtifact ? TARGET : { ...TARGET, artifact: undefined };
    const subscription = {
      policy: this.policy,
      target,
      previous: PREVIOUS,
      minimumVersion: undefined,
      rollout: { kind: "update", state: this.state, stateReason: "", served },
    } as const;
    return decide(situation, subscription, this.#pace(host));
  }

  /** A host asks what it should run and begins with what it is granted. */
  ask(host: ModelHost): void {
    if (!host.isConnected) return;
    const decision = this.#decision(host);
    if (decision.kind !== "offer" || decision.release.releaseId !== TARGET.releaseId) return;
    const grantId = decision.grantId ?? this.#issue(host);
    if (host.grantId === grantId) return;
    Object.assign(host, { grantId, phase: "staged", canSwitch: false });
  }

  #issue(host: ModelHost): GrantId {
    const grantId = aGrantId(this.grants.length + 1);
    this.grants.push({
      grantId,
      hostId: host.hostId,
      subscription: host.group,
      issuedAt: this.now,
      expiresAt: this.now + this.policy.updateTimeoutMs,
      state: "active",
      endedAt: undefined,
    });
    const member = this.members.get(this.#key(host, host.group));
    if (member?.state === "waiting") Object.assign(member, { state: "updating", updatedAt: this.now });
    return grantId;
  }

  /** A host with a go switches; what comes of it is its fate. */
  switchOver(host: ModelHost): void {
    if (!host.canSwitch || host.phase !== "staged" || !this.liveGrants.some((grant) => grant.grantId === host.grantId)) return;
    host.canSwitch = false;
    if (host.fate === "crashes") Object.assign(host, { phase: "reverted", isQuarantined: true });
    else Object.assign(host, { phase: "healthy", minor: 2 });
    if (host.fate === "vanishes") host.isConnected = false;
  }

  /** A host whose new version turns out bad late. */
  sicken(host: ModelHost): void {
    if (host.fate === "sickens" && host.minor === 2) host.healthy = false;
  }

  /** Moves the clock. Judgements happen on the way, as timers make them. */
  pass(durationMs: number): void {
    for (let left = durationMs; left > 0; left -= 5_000) {
      this.now += Math.min(left, 5_000);
      this.judge();
    }
  }

  /** The control plane stands still; the world does not. */
  stop(durationMs: number): void {
    this.now += durationMs;
    this.runningSince = this.now;
    this.judge();
  }

  pause(): void {
    if (this.state !== "running") return;
    this.state = "paused";
    this.#revoke();
    this.judge();
  }

  /** Resumes a paused rollout, or goes on after a trip and accepts its failures. */
  goOn(): void {
    if (this.state !== "paused" && this.state !== "tripped") return;
    for (const wave of this.waves) {
      if (wave.state === "tripped") wave.state = "open";
      if (wave.state === "baking") wave.bakeJudgedAt = this.now;
    }
    for (const member of this.members.values()) {
      if (member.state === "failed" && this.state === "tripped") member.state = "excluded";
      if (member.state === "waiting") member.updatedAt = this.now;
    }
    this.state = "running";
    this.judge();
  }

  #revoke(): void {
    for (const grant of this.liveGrants) {
      this.#end(grant, "revoked");
      const host = this.hosts.find((one) => one.grantId === grant.grantId);
      if (host?.phase === "staged") Object.assign(host, { phase: "idle", grantId: undefined, canSwitch: false });
    }
  }

  readonly #key = (host: ModelHost, subscription: number): string => `${host.hostId} ${subscription}`;

  #evidence(): RolloutEvidence {
    const members = [...this.members].flatMap(([key, member]): MemberEvidence[] => {
      const host = this.hosts.find((one) => key.startsWith(one.hostId));
      const wave = this.waves[member.wave];
      if (host === undefined || wave === undefined || !["open", "baking", "tripped"].includes(wave.state)) return [];
      const attempt = this.grants.findLast((grant) => grant.hostId === host.hostId && grant.subscription === member.subscription);
      return [
        {
          waveId: wave.id,
          hostId: host.hostId,
          subscriptionId: aSubscriptionId(member.subscription),
          state: member.state,
          updatedAt: member.updatedAt,
          departure: host.group === member.subscription ? undefined : "moved",
          digest: host.hasArtifact ? TARGET.artifact.digest : undefined,
          offering: this.state === "running",
          updateTimeoutMs: this.policy.updateTimeoutMs,
          heardAt: host.heardAt,
          report: host.report,
          quarantined: host.isQuarantined && host.report?.phase === "reverted",
          attempt,
        },
      ];
    });
    return { rollout: { kind: "update", state: this.state }, waves: this.waves, members, obstacle: undefined };
  }

  /** Judges until nothing follows. Answers how many rounds that took. */
  judge(): number {
    for (const grant of this.grants) if (grant.state === "active" && grant.expiresAt <= this.now) this.#end(grant, "expired");
    for (let round = 0; round < 100; round += 1) {
      const steps = advance(this.#evidence(), this.clock);
      if (steps.length === 0) return round;
      for (const step of steps) this.#run(step);
    }
    throw new Error("the judgement does not end");
  }

  #run(step: Step): void {
    if (step.kind === "complete") this.state = "completed";
    else if (step.kind === "member")
      Object.assign(this.members.get(`${step.hostId} ${subscriptionNumber(step.subscriptionId)}`) ?? {}, {
        state: step.state,
        updatedAt: this.now,
      });
    else this.#runWave(step);
  }

  #runWave(step: Exclude<Step, { readonly kind: "complete" | "member" }>): void {
    const wave = this.waves.find((one) => one.id === step.waveId);
    if (wave === undefined) return;
    if (step.kind === "open") this.#open(wave);
    if (step.kind === "bake") Object.assign(wave, { state: "baking", bakeJudgedAt: this.now });
    if (step.kind === "credit") Object.assign(wave, { bakedMs: step.bakedMs, bakeJudgedAt: step.bakeJudgedAt });
    if (step.kind === "pass") wave.state = "passed";
    if (step.kind === "trip") {
      wave.state = "tripped";
      this.state = "tripped";
      this.#revoke();
    }
  }

  #choose(wave: Wave) {
    const group = subscriptionNumber(wave.groupId);
    const ofGroup = this.hosts.filter((host) => host.group === group);
    const candidates = ofGroup.map((host) => ({
      hostId: host.hostId,
      parts: [{ subscriptionId: aSubscriptionId(group), exclusion: host.hasArtifact ? undefined : "no artifact" }],
    }));
    const taken = new Set(
      ofGroup.filter((host) => (this.members.get(this.#key(host, group))?.state ?? "excluded") !== "excluded").map((host) => host.hostId),
    );
    return chooseWaveMembers({ salt: "salt", selector: wave.selector, candidates, taken });
  }

  /** The hosts that the wave would take if it opened now. */
  previewMembers(wave: Wave): readonly HostId[] {
    return this.#choose(wave)
      .filter((row) => row.state === "waiting")
      .map((row) => row.hostId);
  }

  #open(wave: Wave): void {
    const members = this.previewMembers(wave);
    for (const row of this.#choose(wave)) {
      const subscription = subscriptionNumber(row.subscriptionId);
      this.members.set(`${row.hostId} ${subscription}`, {
        state: row.state,
        updatedAt: this.now,
        wave: this.waves.indexOf(wave),
        subscription,
      });
    }
    wave.state = "open";
    this.opened.push({ wave: this.waves.indexOf(wave), members });
  }

  /** Whether a wave of this host's group has opened. */
  isReached(host: ModelHost): boolean {
    return this.waves.some((wave) => wave.groupId === aGroupId(host.group) && isOpened(wave.state));
  }
}

const subscriptionNumber = (id: string): number => Number.parseInt(id.slice(-12), 16);

/** A host of the model that runs 1.1.0 and is well. */
export function aModelHost(number: number, group: number, fate: Fate, hasArtifact: boolean): ModelHost {
  return {
    hostId: aHostId(number),
    fate,
    hasArtifact,
    group,
    isConnected: true,
    minor: 1,
    phase: "idle",
    healthy: true,
    isQuarantined: false,
    grantId: undefined,
    canSwitch: false,
    heardAt: undefined,
    report: undefined,
  };
}
