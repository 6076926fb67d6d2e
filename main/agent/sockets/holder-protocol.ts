import { z } from "zod";
import { heldPlace } from "./held-place.ts";

/**
 * The words between an agent and the holder of its sockets: JSON, one document a line, over a socket in the state folder.
 *
 * A holder outlives the agents that it works for, newer ones included. So it understands as little as it can (listen
 * there, spawn these words with those descriptors) and this protocol does not grow with the run spec.
 */
export const HOLDER_PROTOCOL = 1;

/** One document at most: a command line and an environment at their limits. */
export const MAX_HOLDER_LINE = 4 * 1024 * 1024;

const application = z.string().max(64);
const key = z.string().max(1000);
const pid = z.int().min(2);
const text = z.string().max(200_000);

const spawnPlan = z.object({
  words: z.array(text).min(1).max(200),
  environment: z.record(z.string().max(200), text),
  workFolder: z.string().max(4096),
  outputLog: z.string().max(4096),
  hasReadyPipe: z.boolean(),
});

/** What an agent asks for. `open` and `drop` are about a gate, `forget` about a process that has ended. */
export const holderRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hold"), id: z.int(), application, places: z.array(heldPlace).max(16) }),
  /** Releases every socket of the application but these. */
  z.object({ type: z.literal("keep"), id: z.int(), application, keys: z.array(key).max(64) }),
  z.object({ type: z.literal("spawn"), id: z.int(), plan: spawnPlan, keys: z.array(key).max(16) }),
  z.object({ type: z.literal("open"), pid }),
  z.object({ type: z.literal("drop"), pid }),
  z.object({ type: z.literal("forget"), pid }),
]);
export type HolderRequest = z.infer<typeof holderRequest>;

const exit = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("exit"), code: z.int() }),
  z.object({ kind: z.literal("signal"), signal: z.string().max(40) }),
  z.object({ kind: z.literal("not-executable"), message: z.string().max(500) }),
  z.object({ kind: z.literal("unknown") }),
]);

/** A process that the holder started: it knows how it ended, whichever agent asks. */
const holderProcess = z.object({
  pid,
  stamp: z.string().max(200),
  hasReadyPipe: z.boolean(),
  ready: z.boolean().optional(),
  exit: exit.optional(),
});
export type HolderProcess = z.infer<typeof holderProcess>;

/** Why a place cannot be held: an errno, or `HELD` by another application. */
const refusal = z.object({ key, code: z.string().max(40), by: application.optional() });
export type HoldRefusal = z.infer<typeof refusal>;

/** What a holder says. It greets with all that it has. */
export const holderMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("welcome"),
    v: z.int(),
    pid,
    held: z.array(z.object({ application, key })).max(2000),
    processes: z.array(holderProcess).max(1000),
  }),
  z.object({ type: z.literal("held"), id: z.int(), refusal: refusal.optional() }),
  z.object({ type: z.literal("kept"), id: z.int() }),
  z.object({ type: z.literal("spawned"), id: z.int(), process: holderProcess.optional(), message: z.string().max(500).optional() }),
  z.object({ type: z.literal("ready"), pid, ready: z.boolean() }),
  z.object({ type: z.literal("exit"), pid, exit }),
]);
export type HolderMessage = z.infer<typeof holderMessage>;
