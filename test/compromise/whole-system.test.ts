import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { agentStatus } from "#main/agent/state/status-file.ts";
import { PRODUCT, until, type SystemHost } from "#test/builders/system-world.ts";
import { DAY_MS } from "#test/fakes/tuf-documents.ts";
import { HeldService } from "./attacker/held-service.ts";
import { OperatedWorld } from "./attacker/operated-world.ts";
import { Thief } from "./attacker/thief.ts";
import { THEFTS } from "./attacker/thefts.ts";
import { note } from "./outcomes.ts";

const START_MS = 180_000;
/** For programs that live a month later. */
const SHIFTED = {
  NODE_OPTIONS: `--import=${join(import.meta.dirname, "attacker/shifted-clock.ts")}`,
  ROLLCALL_TEST_AHEAD_MS: String(31 * DAY_MS),
};

/** What the agent itself tells about why it refused. */
async function toldBy({ agent }: SystemHost): Promise<string | undefined> {
  const { applications } = agentStatus.parse(JSON.parse(await agent.print("status", "--state", agent.folder, "--json")));
  return applications[0]?.failure?.code;
}

describe("a thief of a whole control plane, its online keys and k-1 operators' keys", () => {
  let operated: OperatedWorld;
  let thief: Thief;
  let host: SystemHost;
  let service: HeldService;
  let before = "";

  beforeAll(async () => {
    operated = await OperatedWorld.start(2);
    host = operated.host(0);
    // The other one sees nothing of what is tried first; its service goes on without it.
    await operated.host(1).agent.end("SIGKILL");
    service = new HeldService(host);
    before = await service.who();
    service.watch();
    await operated.world.server.end("SIGTERM");
    thief = await Thief.moveIn(operated);
  }, START_MS);

  afterAll(async () => {
    await service.end();
    await thief.leave();
    await operated.world.close();
  }, START_MS);

  it("finds no key that signs releases", () => {
    expect(thief.loot.heldKeys).not.toContain("signing/root");
    expect(thief.loot.heldKeys).not.toContain("signing/targets");
    expect(thief.loot.heldKeys).not.toContain(`signing/${PRODUCT}`);
    expect(before).toMatch(/^1\.1\.0 \d+$/);
  });

  it.each(THEFTS.map((theft) => [theft.name, theft] as const))(
    "who %s is refused by a running agent, which says why and serves on",
    async (name, theft) => {
      const { code, words, attack } = theft;
      thief.front.lies.clear();
      const { id, digest } = attack(thief, operated);
      await thief.order(id);
      const refused = await thief.untilRefused(host, id);
      await note(`owns the server and ${name}`, `${refused.code}, the same process serves 1.1.0`);
      expect(refused.code, refused.message).toBe(code);
      expect(refused.message).toMatch(words);
      await until("the agent's own status names it", async () => (await toldBy(host)) === code);
      expect(await readdir(host.agent.paths.slots)).not.toContain(digest);
      expect(service.answers).toEqual([before]);
    },
  );

  it("who counts orders so far ahead that no other could follow is not listened to", async () => {
    thief.front.lies.clear();
    thief.tamper("UPDATE hosts SET desiredEpoch = ?, desiredRevision = ?", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER - 1);
    await thief.order(thief.forge(operated.releases.altered, "1.9.3").id);
    await until("the agent says so", async () => (await host.agent.log()).includes("counts absurdly far ahead"));
    await note("owns the server and counts orders absurdly far ahead", "not applied, the same process serves 1.1.0");
    expect(service.answers).toEqual([before]);
  });

  it("who holds everything back for a month finds that what operators signed has ended, and the host says since when", async () => {
    const late = operated.host(1);
    const old = await new HeldService(late).who();
    await thief.leave();
    thief = await Thief.moveIn(operated, { environment: SHIFTED });
    await until(
      "the thief's server has renewed what it signs by itself",
      async () => (await thief.timestampEnds()) > Date.now() + 31 * DAY_MS,
    );
    late.agent.run(undefined, SHIFTED);
    const { id } = operated.releases.frozen;
    await thief.order(id);
    const refused = await thief.untilRefused(late, id);
    await note("owns the server and holds everything back for 31 days", `${refused.code}, the same process serves 1.1.0`);
    expect(refused.code, refused.message).toBe("TRUST_METADATA_EXPIRED");
    expect(refused.message).toMatch(/signed targets expired on \d{4}-/);
    expect(await new HeldService(late).who()).toBe(old);
    expect(service.answers).toEqual([before]);
  });

  it("is forgotten when the rightful control plane is back with new online keys: hosts follow what operators sign", async () => {
    await thief.leave();
    await operated.world.server.start();
    // Agents would come by themselves, within the minute that they wait after many links that did not last.
    for (const { agent } of operated.world.hosts) {
      await agent.end("SIGKILL");
      agent.run();
    }
    await until("the hosts are heard again", async () => {
      const rows = await Promise.all(operated.world.hosts.map((one) => operated.world.hostRow(one)));
      return rows.every((row) => row.status === "healthy");
    });
    expect(service.answers).toEqual([before]);
    await service.end();
    await operated.change({ kind: "online-keys" });
    await operated.world.untilState(await operated.world.startRollout(await operated.publish("1.3.0")), "completed");
    await operated.world.untilAnswer("1.3.0");
    await note("owned the server and has lost it again", "hosts follow the operators' 1.3.0");
  });
});
