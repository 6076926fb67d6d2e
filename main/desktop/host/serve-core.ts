import { setTimeout as wait } from "node:timers/promises";
import { AppError } from "#shared/errors/app-error.ts";
import type { StartDeltaProcess } from "#main/adapters/delta-process/delta-messages.ts";
import { DeltaRelay } from "./delta-relay.ts";
import { readStandstill, type CoreClient } from "./core-facts.ts";
import { coreRequest, type CoreReport } from "./core-messages.ts";
import type { CorePort } from "./core-port.ts";
import { followActivity } from "./follow-activity.ts";

/** The process that supervises us, as far as this side sees it. Messages come unvalidated. */
export type CoreParent = {
  onMessage(listener: (message: unknown, port: CorePort | undefined) => void): void;
  post(report: CoreReport): void;
};

/** A control plane that runs: where it listens, how a window is served, and how it ends. */
export type RunningCore = {
  readonly url: string;
  readonly client: CoreClient;
  servePort(port: CorePort): void;
  close(): Promise<void>;
};

/** Starts the control plane, which makes deltas in processes of that kind; `secrets` is the port behind which the shell keeps them, once it was handed in. */
export type StartCore = (secrets: Promise<CorePort>, startDeltaProcess: StartDeltaProcess) => Promise<RunningCore>;

const RETRY_MS = 5000;

/** What this process can do to itself. `end` is given the exit code. */
export type CoreProcessSelf = {
  readonly end: (code: number) => void;
  readonly log: (event: string, facts: Readonly<Record<string, unknown>>) => void;
};

/**
 * The life of the control plane's process: start, tell the parent, serve ports and questions, stop when told to.
 * A start that fails with a reason a person can act on is told as `refused`; any other failure is thrown, so that the
 * process crashes and the parent's supervision decides.
 */
export async function serveCore(parent: CoreParent, start: StartCore, self: CoreProcessSelf): Promise<void> {
  const ended = new AbortController();
  const secrets = Promise.withResolvers<CorePort>();
  const running = Promise.withResolvers<RunningCore>();
  const deltas = new DeltaRelay((report) => parent.post(report));
  parent.onMessage((message, port) => {
    const request = coreRequest.safeParse(message);
    if (!request.success) return self.log("core.request-refused", { issues: request.error.issues.length });
    switch (request.data.kind) {
      case "secrets":
        return port === undefined ? self.log("core.port-missing", {}) : secrets.resolve(port);
      case "connect":
        return port === undefined ? self.log("core.port-missing", {}) : void running.promise.then((core) => core.servePort(port));
      case "askStandstill":
        return void answerStandstill(parent, running.promise, request.data.id, self);
      case "deltaSays":
      case "deltaEnded":
        return deltas.take(request.data);
      case "stop":
        ended.abort();
        return void running.promise.then((core) => stop(parent, core, self));
    }
  });
  const core = await startOrRefuse(parent, () => start(secrets.promise, () => deltas.start()), self);
  if (core === undefined) return;
  running.resolve(core);
  parent.post({ kind: "ready", url: core.url });
  await reportActivity(parent, core, ended.signal, self);
}

/** The tray and notifications are an extra: when they cannot be told, that is logged and tried again, and nothing else suffers. */
async function reportActivity(parent: CoreParent, core: RunningCore, signal: AbortSignal, self: CoreProcessSelf): Promise<void> {
  while (!signal.aborted) {
    try {
      await followActivity(core.client, (activity) => parent.post({ kind: "activity", activity }), signal);
    } catch (thrown) {
      if (!signal.aborted) self.log("core.activity-failed", { cause: String(thrown) });
    }
    await wait(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function startOrRefuse(
  parent: CoreParent,
  start: () => Promise<RunningCore>,
  self: CoreProcessSelf,
): Promise<RunningCore | undefined> {
  try {
    return await start();
  } catch (thrown) {
    if (!(thrown instanceof AppError) || thrown.code === "INTERNAL") throw thrown;
    self.log("core.start-refused", { code: thrown.code, message: thrown.message });
    parent.post({ kind: "refused", code: thrown.code, message: thrown.message.slice(0, 1000), next: thrown.next });
    self.end(0);
    return undefined;
  }
}

async function answerStandstill(parent: CoreParent, core: Promise<RunningCore>, id: number, self: CoreProcessSelf): Promise<void> {
  try {
    parent.post({ kind: "standstill", id, standstill: await readStandstill((await core).client) });
  } catch (thrown) {
    // The parent takes silence for "cannot say"; the person may still quit.
    self.log("core.standstill-failed", { cause: String(thrown) });
  }
}

async function stop(parent: CoreParent, core: RunningCore, self: CoreProcessSelf): Promise<void> {
  await core.close();
  parent.post({ kind: "stopped" });
  self.end(0);
}
