import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OperatorQuorum } from "#shared/domain/trust/trust-key.ts";
import { anOperator, type TestOperator } from "#test/builders/an-operator.ts";
import { PRODUCT, TrustFixture } from "#test/integration/trust/trust-fixture.ts";

const DAY_MS = 86_400_000;
const FIVE_YEARS = 5 * 365;

/** People answer the alarm of 14 days, and nothing before it, so many days later. */
const REACTION_DAYS = 6;

beforeEach(() => {
  // Why the date alone: sockets and files keep their real time; only what judges expiry is turned.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 10, 21) });
});
afterEach(() => {
  vi.useRealTimers();
});

/** People who look after one control plane, with what happens to them and to their keys. */
class Household {
  readonly fixture: TrustFixture;
  people: TestOperator[] = [];
  readonly #safe = anOperator("safe", "recovery");
  #alarmedOn: number | undefined;

  constructor(fixture: TrustFixture) {
    this.fixture = fixture;
  }

  quorum(threshold: number): OperatorQuorum {
    return { threshold, keys: [...this.people, this.#safe].map(({ key }) => key) };
  }

  async takeOver(): Promise<void> {
    this.people = [anOperator("ana"), anOperator("ben"), anOperator("cem")];
    await this.fixture.change({ kind: "quorum", quorum: this.quorum(2) }, this.people);
  }

  /** Somebody leaves, another comes; whoever is left signs for it, with what lies in the safe if it has to be. */
  async replace(gone: string, come: string): Promise<void> {
    const signers = this.people.filter(({ key }) => key.label !== gone);
    this.people = [...signers, anOperator(come)];
    const request = await this.fixture.change({ kind: "quorum", quorum: this.quorum(2) }, [...this.people, this.#safe]);
    if (request.state !== "completed") throw new Error(`${come} could not come in for ${gone}`);
  }

  /** A backup has leaked; whoever signs root signs for new keys of snapshot and timestamp. */
  async exchangeOnlineKeys(): Promise<void> {
    const request = await this.fixture.change({ kind: "online-keys" }, this.people.slice(0, 2));
    if (request.state !== "completed") throw new Error("the online keys were not exchanged");
  }

  /** What people do on a day: nothing, unless the alarm rang some days ago. */
  async live(day: number): Promise<void> {
    const alarms = this.fixture.trust.roles().some(({ online, needsAttention }) => !online && needsAttention);
    if (!alarms) this.#alarmedOn = undefined;
    else this.#alarmedOn ??= day;
    if (this.#alarmedOn === undefined || day - this.#alarmedOn < REACTION_DAYS) return;
    await this.fixture.signAll(this.people.slice(0, 2));
  }
}

/** A control plane that sleeps for three days now and then renews what is due when it is awake. */
class SleepyControlPlane {
  readonly #fixture: TrustFixture;
  #dueAt = 0;

  constructor(fixture: TrustFixture) {
    this.#fixture = fixture;
  }

  isAwake(day: number): boolean {
    return day % 50 < 47;
  }

  async live(day: number): Promise<void> {
    if (!this.isAwake(day) || Date.now() < this.#dueAt) return;
    this.#dueAt = await this.#fixture.trust.renew();
  }
}

/** What nobody may see on any day: what has expired, and online roles that were not renewed in time. */
function outages({ trust }: TrustFixture, day: number, isAwake: boolean): readonly string[] {
  return trust.roles().flatMap(({ role, expiresAt, online, needsAttention }) => {
    if (expiresAt <= Date.now()) return [`${role} has expired on day ${day}`];
    return online && isAwake && needsAttention ? [`${role} was not renewed on day ${day}`] : [];
  });
}

/** Days on which the host that is off for months comes back for a moment. */
const SELDOM = new Set([3, 500, FIVE_YEARS]);

/** The versions that clients did not find on a day on which they looked. */
async function unseen(fixture: TrustFixture, newest: string, day: number): Promise<readonly string[]> {
  const clients = [...(day % 7 === 0 ? ["client"] : []), ...(SELDOM.has(day) ? ["mostly-off"] : [])];
  const seen = await Promise.all(clients.map((name) => fixture.verified(newest, name)));
  return seen.flatMap((manifest, index) =>
    manifest?.includes(newest) === true ? [] : [`${clients[index]} misses ${newest} on day ${day}`],
  );
}

describe.each(["server-held", "operator-held"] as const)("five years with %s keys", (mode) => {
  it("pass without an outage, for hosts that are always there and for one that was off for months", { timeout: 300_000 }, async () => {
    const fixture = await TrustFixture.open();
    const [household, plane] = [new Household(fixture), new SleepyControlPlane(fixture)];
    await fixture.publish("1.0.0");
    if (mode === "operator-held") await household.takeOver();
    const troubles: string[] = [];
    let newest = "1.0.0";
    for (let day = 1; day <= FIVE_YEARS; day += 1) {
      vi.setSystemTime(Date.now() + DAY_MS);
      await plane.live(day);
      await household.live(day);
      if (mode === "operator-held" && day === 700) await household.replace("ben", "dia");
      if (mode === "operator-held" && day === 1200) await household.replace("ana", "eli");
      if (day === 900) await household.exchangeOnlineKeys();
      if (day % 61 === 0) {
        newest = `1.${day}.0`;
        await fixture.publish(newest, fixture.opened, PRODUCT, household.people.slice(0, 2));
      }
      troubles.push(...outages(fixture, day, plane.isAwake(day)), ...(await unseen(fixture, newest, day)));
    }
    expect(troubles).toEqual([]);
    const status = await fixture.trust.status();
    expect(status.mode).toBe(mode);
    expect(status.openRequests).toBeLessThanOrEqual(1);
    expect(await fixture.verified(newest, "enrolled-with-the-first-token")).toContain(newest);
  });
});
