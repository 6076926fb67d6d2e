import { once } from "node:events";
import { expect, it } from "vitest";
import { startCli, type CliProcess } from "#test/builders/cli-run.ts";
import { PRODUCT, systemWorld, until, type SystemHost, type SystemWorld } from "#test/builders/system-world.ts";

const REAL_WORLD_MS = 120_000;

async function oneHost() {
  const world = await systemWorld({ groups: { everyone: 1 } });
  const [host] = world.hosts;
  if (host === undefined) throw new Error("there is no host");
  return { world, host };
}

const say = (host: SystemHost, words: string) => fetch(`http://127.0.0.1:${host.port}/say/${encodeURIComponent(words)}`);

/** `rollcall host logs`, as its user runs it, and all that it has printed so far. */
function follow(world: SystemWorld, ...words: readonly string[]) {
  const cli = startCli(["host", "logs", ...words], {
    home: world.folder,
    environment: { ROLLCALL_URL: world.server.running.url, ROLLCALL_TOKEN: world.server.running.token },
  });
  let printed = "";
  cli.child.stdout.on("data", (piece: Buffer) => void (printed += piece.toString("utf8")));
  return { cli, sees: (text: string) => untilPrinted(cli, text, () => printed) };
}

async function untilPrinted({ child }: CliProcess, text: string, printed: () => string): Promise<void> {
  while (!printed().includes(text)) {
    if (child.exitCode !== null) throw new Error(`rollcall ended with ${child.exitCode}; it had printed: ${printed()}`);
    await Promise.race([once(child.stdout, "data"), once(child, "close")]);
  }
}

it("a log is followed from a terminal until Ctrl-C, with what was written before and what comes", { timeout: REAL_WORLD_MS }, async () => {
  const { world, host } = await oneHost();
  const { cli, sees } = follow(world, host.name, PRODUCT);
  await sees("starting 1.0.0\n");
  await say(host, "grüße \u001b[31mred");
  await sees("grüße \\u{1b}[31mred\n");
  cli.child.kill("SIGINT");
  expect(await cli.ended).toMatchObject({ code: 130, err: "" });

  const lines = follow(world, host.name, PRODUCT, "--json");
  await say(host, "for a program");
  await lines.sees("for a program");
  lines.cli.child.kill("SIGTERM");
  const { code, out } = await lines.cli.ended;
  const pieces = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { text: string });
  expect({ code, text: pieces.map(({ text }) => text).join("") }).toMatchObject({
    code: 130,
    text: expect.stringContaining("for a program\n"),
  });

  const { rows } = await world.client.audit.list({});
  expect(rows.filter(({ action, details }) => action === "command.issued" && details["command"] === "follow-log")).toHaveLength(2);
});

it(
  "a log is not followed of a host that is away, and of an application that is not there; each is said",
  { timeout: REAL_WORLD_MS },
  async () => {
    const { world, host } = await oneHost();
    await world.client.applications.create({ productId: "org.example.elsewhere", name: "Elsewhere" });
    expect(await follow(world, host.name, "org.example.never").cli.ended).toMatchObject({
      code: 4,
      err: expect.stringContaining('There is no application "org.example.never"; nothing was done. There is: org.example.'),
    });
    expect(await follow(world, host.name, "org.example.elsewhere").cli.ended).toMatchObject({
      code: 4,
      err: expect.stringContaining(`"${host.name}" has no such application; nothing was followed.`),
    });

    const { cli, sees } = follow(world, host.name, PRODUCT);
    await sees("starting 1.0.0\n");
    await host.agent.end("SIGKILL");
    expect(await cli.ended).toMatchObject({ code: 8, err: expect.stringContaining("The link to the host ended") });

    await until("the control plane misses the host", async () => (await world.hostRow(host)).connection === "disconnected");
    expect(await follow(world, host.name, PRODUCT).cli.ended).toMatchObject({
      code: 8,
      err: expect.stringContaining("The host is not connected; its log cannot be followed."),
    });
  },
);
