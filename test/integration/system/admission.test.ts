import { readFile } from "node:fs/promises";
import { join } from "node:path";
import BetterSqlite3 from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { DATABASE_FILE } from "#main/adapters/sqlite/open-database.ts";
import { decodeEnrolmentToken } from "#shared/protocol/enrolment.ts";
import { systemWorld, until } from "#test/builders/system-world.ts";
import { versionAt } from "../agent/agent-process.ts";

describe("a host that is not let in", () => {
  it("says why with its exit code and one sentence, whatever is wrong with its token", async () => {
    const world = await systemWorld({ groups: { everyone: 0 } });
    const [spent, revoked, expired] = [await world.token("everyone"), await world.token("everyone"), await world.token("everyone")];
    const first = await world.prepareHost("first", "everyone");
    first.agent.run(decodeEnrolmentToken(spent.text));
    await world.untilAnswer("1.0.0");
    await world.client.tokens.revoke({ enrolmentTokenId: revoked.token.id });
    await world.server.end("SIGTERM");
    const database = new BetterSqlite3(join(world.server.dataFolder, DATABASE_FILE));
    // A moment ago, not long ago: what ended long ago is forgotten.
    database.prepare("UPDATE enrolmentTokens SET expiresAt = ? WHERE id = ?").run(Date.now() - 1000, expired.token.id);
    database.close();
    await world.server.start();

    const unknown = { ...decodeEnrolmentToken(revoked.text), secret: "A".repeat(43) };
    const cases = [
      { name: "spent", token: decodeEnrolmentToken(spent.text), word: "has had its one use" },
      { name: "revoked", token: decodeEnrolmentToken(revoked.text), word: "revoked" },
      { name: "expired", token: decodeEnrolmentToken(expired.text), word: "expired" },
      { name: "unknown", token: unknown, word: "not known" },
      { name: "garbage", token: "rcl1.not-a-token", word: "not an enrolment token" },
    ];
    for (const { name, token, word } of cases) {
      const { agent } = await world.prepareHost(name, "everyone");
      agent.run(token);
      expect({ name, code: await agent.exited() }).toEqual({ name, code: 3 });
      expect(agent.output).toContain(word);
      expect(agent.output).not.toMatch(/\n\s+at /);
      await expect(readFile(agent.paths.identity)).rejects.toThrow("ENOENT");
    }
  });

  it("is cut off at once when it is revoked, and goes on serving", async () => {
    const world = await systemWorld({ groups: { everyone: 1 } });
    const [host] = world.hosts;
    if (host === undefined) throw new Error("there is no host");
    const { id } = await world.hostRow(host);
    await world.client.hosts.revoke({ hostId: id, reason: "Sold" });
    await until("the agent has heard it", async () => (await host.agent.log()).includes("does not want this host back"));
    expect((await world.client.hosts.get({ hostId: id })).host).toMatchObject({ state: "revoked", connection: "disconnected" });
    expect(await versionAt(host.port)).toBe("1.0.0");

    await host.agent.end("SIGKILL");
    host.agent.run();
    await until(
      "it asks once more, and hears it again",
      async () => ((await host.agent.log()).match(/does not want this host back/g) ?? []).length === 2,
    );
    await world.untilAnswer("1.0.0");
  });
});
