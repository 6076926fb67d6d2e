import { describe, expect, it } from "vitest";
import { pinoLogger } from "#main/adapters/system/pino-logger.ts";
import { readRunningFile } from "#main/node/running-file.ts";
import { jsonPost, startFixture } from "./server-fixture.ts";

describe("the log", () => {
  it("has a line for every request with its correlation id, and never a secret", async () => {
    const lines: string[] = [];
    const fixture = await startFixture({ logger: pinoLogger({ write: (line) => void lines.push(line) }, "debug") });
    const running = await readRunningFile(fixture.dataFolder);
    const code = new URL(await fixture.server.loginLink()).hash.slice(1);
    const login = await fixture.send("/login?code=in-the-query", jsonPost({ code }));
    const session = /=([\w-]{43});/.exec(login.headers["set-cookie"]?.[0] ?? "")?.[1];
    const { secret } = await fixture.client.access.createToken({ label: "pipeline", role: "viewer" });
    const [agent] = await fixture.agents(1);
    await agent!.connect();
    await fixture.send("/", { headers: { authorization: `Bearer ${agent!.accessToken}` } });

    const text = lines.join("");
    expect(text).toContain(String(login.headers["x-correlation-id"]));
    for (const hidden of [running?.token, code, session, secret, agent!.accessToken, "in-the-query"]) {
      expect(hidden).toBeDefined();
      expect(text).not.toContain(hidden);
    }
  });
});
