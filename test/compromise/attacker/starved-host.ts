import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { VictimHost, type Order } from "./victim-host.ts";
import type { BodyPace } from "#main/agent/net/body-pace.ts";

/**
 * A host in a process of its own, so that its memory can be told from the attacker's: carries out a first order to warm
 * up, waits for a line on standard input, carries out a second one, and prints how that ended, what it cost, and for how long at a stretch it did nothing else.
 */
const { values } = parseArgs({
  options: {
    folder: { type: "string" },
    url: { type: "string" },
    root: { type: "string" },
    orders: { type: "string" },
    pace: { type: "string" },
  },
});
// Why the casts: the test wrote these arguments a moment ago.
const [warm, starved] = JSON.parse(values.orders ?? "[]") as [Order, Order];
const pace = values.pace === undefined ? undefined : (JSON.parse(values.pace) as BodyPace);
const host = new VictimHost(values.folder ?? "", values.url ?? "", Buffer.from(values.root ?? "", "base64"), pace ? { pace } : {});
process.stdout.write(`${JSON.stringify(await host.order(warm))}\n`);
await new Promise((resolve) => process.stdin.once("data", resolve));
global.gc?.();
const before = process.memoryUsage().rss;
let peak = before;
const stall = monitorEventLoopDelay({ resolution: 10 });
stall.enable();
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage().rss);
}, 5);
const verdict = await host.order(starved);
clearInterval(watch);
// What stood still is told by the timer that comes late.
await sleep(20);
const grownBytes = Math.max(peak, process.memoryUsage().rss) - before;
process.stdout.write(`${JSON.stringify({ ...verdict, grownBytes, stalledMs: Math.round(stall.max / 1e6) })}\n`);
process.exit(0);
