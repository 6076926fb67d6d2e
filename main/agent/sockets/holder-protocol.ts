import * as z from "zod/mini";
import { heldPlace } from "./held-place.ts";

/**
 * The words between an agent and the holder of its sockets: JSON, one document a line, over a socket in the state folder.
 *
 * A holder outlives the agents that it works for, newer ones included. So it understands as little as it can (listen
 * there, spawn these words with those descriptors) and this protocol does not grow with the run spec. Fields may be added
 * within a version, and are passed over by who does not know them; a new document, or a new meaning, is a new version. A
 * holder greets in the oldest version that it speaks and goes on in it: whoever wants a newer one has to say so first.
 */
const NEWEST_PROTOCOL = 1;
/** Given up only when no holder in the field can be that old any more: its applications have run without a break since. */
const OLDEST_PROTOCOL = 1;

/** What a holder says that it speaks; those of before there was `upTo` speak one version. */
export type SpokenProtocols = { readonly v: number; readonly upTo?: number | undefined };

/** What this program speaks, as a holder. */
export const SPOKEN: SpokenProtocols = { v: OLDEST_PROTOCOL, upTo: NEWEST_PROTOCOL };

/** Whether there is a version that this program, as an agent, and a holder both speak. */
export function isUnderstood({ v, upTo = v }: SpokenProtocols): boolean {
  return v <= NEWEST_PROTOCOL && upTo >= OLDEST_PROTOCOL;
}

/** One document at most: a command line and an environment at their limits. */
export const MAX_HOLDER_LINE = 4 * 1024 * 1024;

const bounded = (length: number) => z.string().check(z.maxLength(length));
const application = bounded(64);
const key = bounded(1000);
const pid = z.int().check(z.minimum(2));
const text = bounded(200_000);

const spawnPlan = z.object({
  words: z.array(text).check(z.minLength(1), z.maxLength(200)),
  environment: z.record(bounded(200), text),
  workFolder: bounded(4096),
  outputLog: bounded(4096),
  hasReadyPipe: z.boolean(),
});

/** What an agent asks for. `open` and `drop` are about a gate, `forget` about a process that has ended. */
export const holderRequest = z.discriminatedUnion("type", [
  z.object({ type: z.literal("hold"), id: z.int(), application, places: z.array(heldPlace).check(z.maxLength(16)) }),
  /** Releases every socket of the application but these. */
  z.object({ type: z.literal("keep"), id: z.int(), application, keys: z.array(key).check(z.maxLength(64)) }),
  z.object({ type: z.literal("spawn"), id: z.int(), plan: spawnPlan, keys: z.array(key).check(z.maxLength(16)) }),
  z.object({ type: z.literal("open"), pid }),
  z.object({ type: z.literal("drop"), pid }),
  z.object({ type: z.literal("forget"), pid }),
]);
export type HolderRequest = z.infer<typeof holderRequest>;

const exit = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("exit"), code: z.int() }),
  z.object({ kind: z.literal("signal"), signal: bounded(40) }),
  z.object({ kind: z.literal("not-executable"), message: bounded(500) }),
  z.object({ kind: z.literal("unknown") }),
]);

/** A process that the holder started: it knows how it ended, whichever agent asks. */
const holderProcess = z.object({
  pid,
  stamp: bounded(200),
  hasReadyPipe: z.boolean(),
  ready: z.optional(z.boolean()),
  exit: z.optional(exit),
});
export type HolderProcess = z.infer<typeof holderProcess>;

/** Why a place cannot be held: an errno, or `HELD` by another application. */
const refusal = z.object({ key, code: bounded(40), by: z.optional(application) });
export type HoldRefusal = z.infer<typeof refusal>;

/** What a holder says. It greets with all that it has. */
export const holderMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("welcome"),
    v: z.int(),
    upTo: z.optional(z.int()),
    pid,
    held: z.array(z.object({ application, key })).check(z.maxLength(2000)),
    processes: z.array(holderProcess).check(z.maxLength(1000)),
  }),
  z.object({ type: z.literal("held"), id: z.int(), refusal: z.optional(refusal) }),
  z.object({ type: z.literal("kept"), id: z.int() }),
  z.object({ type: z.literal("spawned"), id: z.int(), process: z.optional(holderProcess), message: z.optional(bounded(500)) }),
  z.object({ type: z.literal("ready"), pid, ready: z.boolean() }),
  z.object({ type: z.literal("exit"), pid, exit }),
]);
export type HolderMessage = z.infer<typeof holderMessage>;

/** The greeting of a holder that speaks no version of ours, of which only this stays as it is. */
export const strangersWelcome = z.object({ type: z.literal("welcome"), v: z.int(), upTo: z.optional(z.int()), pid });
export type StrangersWelcome = z.infer<typeof strangersWelcome>;
