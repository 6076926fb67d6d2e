import { describe, expect, it } from "vitest";
import { SWEEP_MS } from "#main/control-plane/link/link-service.ts";
import type { AgentFrame } from "#shared/protocol/agent-frames.ts";
import { POLL_HOLD_MS, POLL_SESSION_IDLE_MS, type PollResponse } from "#shared/protocol/polling.ts";
import { fakeClock } from "#test/fakes/clock.ts";
import { newBoot, type AgentIdentity } from "#test/simulation/fleet/agent-identity.ts";
import { SIMULATED_FACTS } from "#test/simulation/fleet/simulated-agent.ts";
import type { HostId } from "#shared/lib/ids.ts";
import { openLinkFixture, type LinkFixture } from "./link-fixture.ts";

const never = new AbortController().signal;

class Poller {
  readonly #fixture: LinkFixture;
  sessionId: string | undefined;

  constructor(fixture: LinkFixture) {
    this.#fixture = fixture;
  }

  async poll(...frames: AgentFrame[]): Promise<PollResponse["frames"]> {
    const answer = await this.#fixture.link.poll(
      { v: 1, ...(this.sessionId && { sessionId: this.sessionId }), frames },
      "192.0.2.9",
      never,
    );
    this.sessionId = answer.sessionId;
    return answer.frames;
  }

  async open(host: { readonly hostId: HostId; readonly identity: AgentIdentity }): Promise<string> {
    const boot = newBoot();
    const [challenge] = await this.poll();
    if (challenge?.type !== "challenge") throw new Error("no challenge");
    const [welcome] = await this.poll(host.identity.proof(host.hostId, challenge.nonce, boot));
    if (welcome?.type !== "welcome") throw new Error("not welcome");
    await this.poll({ type: "hello", facts: SIMULATED_FACTS, applications: [] });
    return boot;
  }
}

describe("the long-poll fallback", () => {
  it("carries the same frames as a link: proof, reports, acknowledgements, documents", async () => {
    const fixture = await openLinkFixture();
    const host = await fixture.addHost(1);
    const poller = new Poller(fixture);
    const boot = await poller.open(host);
    expect(await poller.poll()).toMatchObject([{ type: "desired" }]);
    const held = poller.poll();
    await poller.poll(host.identity.report(host.hostId, boot, 1, { kind: "state", at: 0, applications: [] }));
    expect(await held).toMatchObject([{ type: "report-ack", sequence: 1 }]);
  });

  it("holds an empty request until there is something to say, or its time is over", async () => {
    const clock = fakeClock();
    const fixture = await openLinkFixture(clock);
    const poller = new Poller(fixture);
    await poller.open(await fixture.addHost(1));
    await poller.poll();
    const held = poller.poll();
    await Promise.resolve();
    clock.advance(POLL_HOLD_MS);
    expect(await held).toEqual([]);
  });

  it("delivers the farewell, and then does not know the session any more", async () => {
    const fixture = await openLinkFixture();
    const poller = new Poller(fixture);
    await poller.poll();
    expect(await poller.poll({ type: "hello", facts: SIMULATED_FACTS, applications: [] })).toMatchObject([
      { type: "bye", code: "LINK_FRAME_INVALID" },
    ]);
    await expect(poller.poll()).rejects.toMatchObject({ code: "TRANSPORT_CLOSED" });
  });

  it("ends a session whose agent is gone", async () => {
    const clock = fakeClock();
    const fixture = await openLinkFixture(clock);
    const poller = new Poller(fixture);
    await poller.open(await fixture.addHost(1));
    expect(fixture.link.connectedHosts).toBe(1);
    clock.advance(POLL_SESSION_IDLE_MS);
    while (fixture.link.connectedHosts > 0) {
      await fixture.store.hot(() => undefined);
      clock.advance(SWEEP_MS);
    }
    expect((await poller.poll()).at(-1)).toMatchObject({ type: "bye", code: "REMOTE_TIMEOUT" });
  });

  it("refuses frames in a first request, and sessions that it does not know", async () => {
    const fixture = await openLinkFixture();
    const frames: AgentFrame[] = [{ type: "hello", facts: SIMULATED_FACTS, applications: [] }];
    await expect(fixture.link.poll({ v: 1, frames }, "", never)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    await expect(fixture.link.poll({ v: 1, sessionId: "x".repeat(43), frames: [] }, "", never)).rejects.toMatchObject({
      code: "TRANSPORT_CLOSED",
    });
  });
});
