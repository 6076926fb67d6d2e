/**
 * Child process with many agents, so that they do not share a loop with the control plane that is measured. Told
 * `register`, it registers hosts with a token, told `connect`, it connects them, and told `enrol`, both at once; told `echo`, it opens plain sockets that acknowledge; told
 * `load`, it signs reports of its agents without sending them, and told `fire`, it sends them all at once.
 */
import { WebSocket } from "ws";
import { z } from "zod";
import { connectByLink } from "./connect.ts";
import { type EnrolledHost, enrolHosts } from "./enrol.ts";
import type { LoadAgent } from "./load-agent.ts";

const order = z.discriminatedUnion("kind", [
  z.object({ kind: z.enum(["enrol", "register"]), url: z.string(), tokenText: z.string(), count: z.int() }),
  z.object({ kind: z.literal("connect"), url: z.string(), atOnce: z.int() }),
  z.object({ kind: z.literal("echo"), url: z.string(), count: z.int() }),
  z.object({ kind: z.literal("load"), reportsEach: z.int() }),
  z.object({ kind: z.literal("fire") }),
]);

let hosts: readonly EnrolledHost[] = [];
const agents: LoadAgent[] = [];
let shots: readonly (() => Promise<void>)[] = [];

async function echo(url: string): Promise<void> {
  const socket = new WebSocket(url.replace(/^http/, "ws"), { perMessageDeflate: false });
  socket.on("message", (data: Buffer) => {
    // Why the cast: the yardstick sends one kind of frame only.
    const { commandId } = JSON.parse(data.toString("utf8")) as { commandId: string };
    socket.send(JSON.stringify({ type: "ack", of: "command", commandId }));
  });
  await new Promise((settle, fail) => socket.once("open", settle).once("error", fail));
}

function shotOf(agent: LoadAgent): () => Promise<void> {
  const report = agent.prepareReport();
  return () => agent.sendReport(report);
}

async function connectAll(url: string, atOnce: number): Promise<void> {
  for (let from = 0; from < hosts.length; from += atOnce)
    agents.push(...(await Promise.all(hosts.slice(from, from + atOnce).map((host) => connectByLink(url, host)))));
}

async function carryOut(message: unknown): Promise<readonly string[]> {
  const wanted = order.parse(message);
  if (wanted.kind === "echo") {
    await Promise.all(Array.from({ length: wanted.count }, () => echo(wanted.url)));
    return [];
  }
  if (wanted.kind === "load") {
    shots = agents.flatMap((agent) => Array.from({ length: wanted.reportsEach }, () => shotOf(agent)));
    return [];
  }
  if (wanted.kind === "fire") {
    await Promise.all(shots.map((shot) => shot()));
    return [];
  }
  if (wanted.kind !== "connect") hosts = await enrolHosts(wanted.url, wanted.tokenText, wanted.count);
  if (wanted.kind !== "register") await connectAll(wanted.url, wanted.kind === "connect" ? wanted.atOnce : hosts.length);
  return hosts.map(({ hostId }) => hostId);
}

process.on("message", (message) => {
  carryOut(message).then(
    (hostIds) => process.send?.(hostIds),
    (failure: unknown) => {
      console.error(failure);
      process.exit(1);
    },
  );
});
