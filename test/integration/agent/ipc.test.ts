import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { setUp, versionAt } from "./agent-process.ts";
import { askAs, askSocket } from "./ipc-client.ts";
import { QUICK_RUN, serviceArtifact } from "./service-artifact.ts";
import { serveOn, setUpServing } from "./serving-agent.ts";

async function serveOne() {
  const setting = await setUpServing();
  const { agent, port, first } = setting;
  const environment: Record<string, string> = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
  return { ...setting, first, environment, ...(await askAs(agent, first.releaseId)) };
}

describe("the socket of an application", () => {
  it("is in its environment, is its user's alone, and tells how it stands", async () => {
    const { environment, socketPath, first, agent, ask } = await serveOne();
    expect(environment).toMatchObject({
      ROLLCALL_SOCKET: socketPath,
      ROLLCALL_TOKEN_FILE: join(agent.application.folder, "tokens", first.releaseId),
    });
    expect((await stat(socketPath)).mode & 0o777).toBe(0o600);
    expect((await stat(environment["ROLLCALL_TOKEN_FILE"] ?? "")).mode & 0o777).toBe(0o600);
    const { status, body } = await ask("GET", "state");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      productId: "org.example.web",
      authority: "control-plane",
      asker: first.releaseId,
      current: { version: "1.0.0", digest: first.digest },
      phase: "healthy",
      healthy: true,
      restarts: 0,
      locks: [],
    });
    expect((await ask("GET", "versions")).body).toMatchObject({
      versions: [{ version: "1.0.0", current: true, kept: true, proven: true, offered: { granted: true } }],
    });
    expect((await ask("POST", "check")).body.checkedAt).toBeGreaterThan(0);
    expect((await ask("GET", "history")).body).toMatchObject({
      attempts: [{ kind: "update", by: "authority", outcome: "healthy", release: { version: "1.0.0" } }],
    });
  });

  it("answers nobody without its token, and names what it does not understand", async () => {
    const { socketPath, token, ask } = await serveOne();
    const refused = { status: 401, type: "application/problem+json", body: { code: "ACCESS_UNAUTHENTICATED", status: 401 } };
    expect(await askSocket(socketPath, "GET", "/v1/state")).toMatchObject(refused);
    expect(await askSocket(socketPath, "GET", "/v1/state", `${token}x`)).toMatchObject(refused);
    expect(await askSocket(socketPath, "GET", "/v1/state", `${crypto.randomUUID()}.${token.split(".")[1]}`)).toMatchObject(refused);
    expect(await ask("GET", "nothing")).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
    expect(await askSocket(socketPath, "GET", "/v2/state", token)).toMatchObject({ status: 404 });
    expect(await ask("POST", "update", "{")).toMatchObject({ status: 400, body: { code: "INPUT_INVALID" } });
    expect(await ask("POST", "update", { version: "1.0.0", extra: 1 })).toMatchObject({ status: 400, body: { code: "INPUT_INVALID" } });
    expect(await ask("POST", "locks", { reason: "for ever", forMs: 3_600_001 })).toMatchObject({ status: 400 });
    expect(await ask("POST", "locks", `"${"x".repeat(20_000)}"`)).toMatchObject({ status: 413, body: { code: "INPUT_TOO_LARGE" } });
    expect(await ask("GET", `attempts/${crypto.randomUUID()}`)).toMatchObject({ status: 404, body: { code: "NOT_FOUND" } });
  });

  it("lets the account in that the application runs as, and no other", async (context) => {
    if (process.geteuid?.() !== 0) context.skip("only root can run an application as somebody else");
    const { stub, agent, port } = await setUp();
    const release = stub.publish({ version: "1.0.0", bytes: serviceArtifact("1.0.0"), runSpec: { ...QUICK_RUN, user: "nobody" } });
    await serveOn(stub, agent, release);
    const environment: Record<string, string> = await (await fetch(`http://127.0.0.1:${port}/environment`)).json();
    const ask = `curl -sS --unix-socket "$ROLLCALL_SOCKET" -H "Authorization: Bearer $(cat "$ROLLCALL_TOKEN_FILE")" http://agent/v1/state`;
    const askAsUser = (user: string) =>
      promisify(execFile)("setpriv", [`--reuid=${user}`, "--regid=65534", "--clear-groups", "sh", "-ec", ask], {
        env: { ...process.env, ...environment },
      });
    expect(JSON.parse((await askAsUser("nobody")).stdout)).toMatchObject({ current: { version: "1.0.0" } });
    await expect(askAsUser("daemon")).rejects.toThrow("Permission denied");
  });

  it("cuts a client that dribbles its question", async () => {
    const { socketPath } = await serveOne();
    const slow = connect(socketPath);
    slow.on("error", () => undefined);
    slow.write("GET /v1/state HTTP/1.1\r\n");
    slow.resume();
    await once(slow, "close");
    expect(slow.bytesRead).toBe(0);
  });

  it("does not let the application choose what its operators have not granted", async () => {
    const { ask, stub, first } = await serveOne();
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    expect(await ask("POST", "update", { version: "2.0.0" })).toMatchObject({ status: 422, body: { code: "POLICY_REFUSED" } });
    stub.desire(second, { hold: "outside window until 22:00" });
    await stub.until(() => stub.acks.find((ack) => ack.of === "desired" && ack.pair.revision === 2));
    const held = await ask("POST", "update", { version: "2.0.0" });
    expect(held).toMatchObject({ status: 422, body: { code: "POLICY_REFUSED" } });
    expect(held.body.detail).toContain("outside window until 22:00");
    expect(await ask("POST", "update", { version: first.version })).toMatchObject({ status: 409, body: { code: "CONFLICT_STATE" } });
    expect(await ask("POST", "rollback")).toMatchObject({ status: 422, body: { code: "POLICY_REFUSED" } });
  });
});

describe("an application that says not now", () => {
  it("keeps what is staged waiting, says why to its operators, and lets it go on when it gives the lock back", async () => {
    const { ask, stub, port } = await serveOne();
    const lock = await ask("POST", "locks", { reason: "the nightly backup runs", forMs: 600_000 });
    expect(lock).toMatchObject({ status: 200, body: { reason: "the nightly backup runs" } });
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    const grant = stub.desire(second);
    await stub.untilPhase("staged", second);
    const told = await stub.until(() =>
      stub.reports
        .map(({ body }) => (body.kind === "state" ? body.applications[0] : undefined))
        .find((one) => one?.phase === "staged" && one.updateLock !== undefined),
    );
    expect(told.updateLock?.reason).toBe("the nightly backup runs");
    // Asking for it now contradicts the lock, and says so.
    expect(await ask("POST", "update", { version: "2.0.0" })).toMatchObject({ status: 409, body: { code: "CONFLICT_STATE" } });
    expect((await ask("GET", `attempts/${grant}`)).body).toMatchObject({ phase: "staged", attemptId: grant });
    expect(await versionAt(port)).toBe("1.0.0");
    const outcome = ask("GET", `attempts/${grant}?waitMs=60000`);
    expect((await ask("DELETE", `locks/${lock.body.lockId}`)).status).toBe(204);
    expect((await outcome).body).toMatchObject({ outcome: "healthy", from: { version: "1.0.0" } });
    expect(await versionAt(port)).toBe("2.0.0");
  });

  it("is passed by an operator's rollback, and keeps its word over a kill of the agent", async () => {
    const { ask, stub, agent, first } = await serveOne();
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await ask("POST", "locks", { reason: "a long job", forMs: 600_000 });
    await agent.end("SIGKILL");
    agent.run();
    await stub.until(() => (stub.hellos.length > 1 ? true : undefined));
    expect((await ask("GET", "state")).body).toMatchObject({ locks: [{ reason: "a long job" }] });
    const back = stub.desire(first, { passesLocks: true });
    await stub.untilPhase("healthy", first, back);
  });
});

describe("an application that takes itself back", () => {
  it("goes to the version before, keeps the bad one out, and tells both truthfully", async () => {
    const { ask, stub, agent, port, first } = await serveOne();
    const second = stub.publish({ version: "2.0.0", bytes: serviceArtifact("2.0.0"), runSpec: QUICK_RUN });
    stub.desire(second);
    await stub.untilPhase("healthy", second);
    await writeFile(
      agent.paths.overrides,
      JSON.stringify({
        "org.example.web": { environment: { PORT: String(port) }, probeUrl: `http://127.0.0.1:${port}/health`, allowLocalRollback: true },
      }),
    );
    const asked = await ask("POST", "rollback", { reason: "orders are lost" });
    expect(asked).toMatchObject({ status: 202, body: { kind: "rollback", by: "application", release: { version: "1.0.0" } } });
    const ended = await ask("GET", `attempts/${asked.body.attemptId}?waitMs=60000`);
    expect(ended.body).toMatchObject({ outcome: "healthy", phase: "healthy", from: { version: "2.0.0" } });
    expect(await versionAt(port)).toBe("1.0.0");
    const told = await stub.untilPhase("healthy", first, asked.body.attemptId);
    expect(told.application.quarantine).toMatchObject([
      { digest: second.digest, reason: "Taken back by the application itself: orders are lost" },
    ]);
    const again = stub.desire(second);
    expect((await stub.untilPhase("failed", second, again)).failure).toMatchObject({ cause: "quarantined" });
    expect((await ask("GET", `attempts/${again}`)).body).toMatchObject({ outcome: "failed", failure: { cause: "quarantined" } });
  });
});
