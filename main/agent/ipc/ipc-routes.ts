import { randomUUID } from "node:crypto";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import { semver } from "#shared/lib/scalars.ts";
import { IPC_LIMITS } from "#shared/protocol/application-ipc.ts";
import type { ApplicationDesk } from "./application-desk.ts";
import { streamEvents } from "./event-stream.ts";
import type { IpcAnswer, IpcRequest, IpcRoute } from "./ipc-route.ts";
import { ownSettings } from "./own-settings.ts";
import { toIpcAttempt } from "./ipc-views.ts";

const reason = z.string().trim().min(1).max(200);
const nothing = z.strictObject({});
const updateBody = z.strictObject({ version: semver });
const rollbackBody = z.strictObject({ version: semver.optional(), reason: reason.optional() });
const lockBody = z.strictObject({ reason, forMs: z.int().min(1000).max(IPC_LIMITS.lockMs) });
const healthBody = z.discriminatedUnion("state", [
  z.strictObject({ state: z.enum(["ready", "healthy"]) }),
  z.strictObject({ state: z.literal("unhealthy"), reason }),
]);
const waitMs = z.coerce.number().int().min(0).max(IPC_LIMITS.waitMs).default(0);

const ok = (body: object): IpcAnswer => ({ status: 200, body });
const DONE: IpcAnswer = { status: 204 };

function read<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new AppError(
    "INPUT_INVALID",
    `${what} is not what docs/ipc.md describes: ${z.prettifyError(parsed.error).slice(0, 300)}. Nothing was done.`,
  );
}

async function attemptOf(desk: ApplicationDesk, { id, query, signal }: IpcRequest): Promise<IpcAnswer> {
  const ms = read(waitMs, query.get("waitMs") ?? undefined, "waitMs");
  const found = await desk.attempts.settled(id, AbortSignal.any([signal, AbortSignal.timeout(ms)]));
  if (found === undefined) throw new AppError("NOT_FOUND", "This host remembers no such attempt.");
  return ok(toIpcAttempt(found));
}

/** Everything that an application may ask and say, as docs/ipc.md lists it. */
export function ipcRoutes(desk: ApplicationDesk): readonly IpcRoute[] {
  return [...questions(desk), ...wishes(desk), ...words(desk)];
}

function questions(desk: ApplicationDesk): readonly IpcRoute[] {
  return [
    { method: "GET", path: "state", handle: ({ asker }) => ok(desk.state(asker)) },
    { method: "GET", path: "versions", handle: () => ok(desk.versions()) },
    { method: "GET", path: "history", handle: () => ok({ attempts: desk.attempts.newestFirst().map(toIpcAttempt) }) },
    { method: "GET", path: "settings", handle: () => ok(desk.settings) },
    { method: "GET", path: "attempts/:id", handle: (request) => attemptOf(desk, request) },
    {
      method: "GET",
      path: "events",
      handle: ({ lastEventId, signal }) => ({ stream: (response) => streamEvents(desk.feed, response, lastEventId, signal) }),
    },
  ];
}

function wishes(desk: ApplicationDesk): readonly IpcRoute[] {
  return [
    {
      method: "POST",
      path: "check",
      handle: async ({ body, signal }) => {
        read(nothing, body, "The body");
        return ok(await desk.check(signal));
      },
    },
    {
      method: "POST",
      path: "update",
      handle: async ({ body, signal }) => {
        const { version } = read(updateBody, body, "The body");
        return { status: 202, body: toIpcAttempt(await desk.orders.update(version, signal)) };
      },
    },
    {
      method: "POST",
      path: "rollback",
      handle: async ({ body }) => {
        const asked = read(rollbackBody, body, "The body");
        return { status: 202, body: toIpcAttempt(await desk.orders.rollback(asked.version, asked.reason ?? "no reason given")) };
      },
    },
  ];
}

function words(desk: ApplicationDesk): readonly IpcRoute[] {
  return [
    {
      method: "POST",
      path: "locks",
      handle: async ({ body }) => ok(await desk.lock({ lockId: randomUUID(), ...read(lockBody, body, "The body") })),
    },
    { method: "PUT", path: "settings", handle: async ({ body }) => ok(await desk.settle(read(ownSettings, body, "The body"))) },
    {
      method: "DELETE",
      path: "locks/:id",
      handle: async ({ id }) => {
        await desk.unlock(id);
        return DONE;
      },
    },
    {
      method: "POST",
      path: "health",
      handle: ({ asker, body }) => {
        desk.report(asker, read(healthBody, body, "The body"));
        return DONE;
      },
    },
    {
      method: "POST",
      path: "heartbeat",
      handle: ({ asker, body }) => {
        read(nothing, body, "The body");
        desk.heartbeat(asker);
        return DONE;
      },
    },
  ];
}
