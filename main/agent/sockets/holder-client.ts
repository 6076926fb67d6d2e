import { connect, type Socket } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod/mini";
import type { ProcessExit } from "../update/probation.ts";
import type { ProcessIdentity } from "../process/process-identity.ts";
import { adoptProcess } from "../process/adopt-process.ts";
import type { RunningProcess } from "../process/running-process.ts";
import type { GateResult } from "../process/spawn-gated.ts";
import type { SpawnPlan } from "../process/spawn-plan.ts";
import { placeKey, type HeldPlace } from "./held-place.ts";
import {
  holderMessage,
  isUnderstood,
  MAX_HOLDER_LINE,
  strangersWelcome,
  type HolderMessage,
  type HolderProcess,
  type HoldRefusal,
  type StrangersWelcome,
} from "./holder-protocol.ts";
import { JsonLines } from "./json-lines.ts";

type Welcome = Extract<HolderMessage, { type: "welcome" }>;
type Answer = Extract<HolderMessage, { id: number }>;
type Child = {
  readonly identity: ProcessIdentity;
  readonly exit: PromiseWithResolvers<ProcessExit>;
  readonly ready: PromiseWithResolvers<boolean>;
  readonly hasReadyPipe: boolean;
};

/** What answers at a holder's path: a holder, one that speaks no version of ours, or nobody. */
export type HolderFound =
  | { readonly kind: "holder"; readonly client: HolderClient }
  | { readonly kind: "stranger"; readonly pid: number; readonly v: number }
  | { readonly kind: "none" };

/** Either the whole greeting of a holder that is understood, or what every greeting has. */
const heard = z.union([holderMessage, strangersWelcome]);

/** An answer that does not come: the holder does nothing that takes this long. */
const ANSWER_WITHIN_MS = 45_000;
const WELCOME_WITHIN_MS = 10_000;

/** The agent's end of a connection to the holder of its sockets. Once closed it stays closed. */
export class HolderClient {
  readonly #socket: Socket;
  readonly #children = new Map<number, Child>();
  readonly #waiting = new Map<number, PromiseWithResolvers<Answer | undefined>>();
  readonly #welcome = Promise.withResolvers<Welcome | StrangersWelcome | undefined>();
  readonly #lines: JsonLines<HolderMessage | StrangersWelcome>;
  #lastId = 0;
  #held = new Map<string, string>();

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#lines = new JsonLines(socket, heard, MAX_HOLDER_LINE, (message) => this.#take(message));
    socket.once("close", () => this.#closed());
  }

  /** Connects to the holder at `path`. */
  static async connect(path: string): Promise<HolderFound> {
    const socket = connect(path);
    try {
      await once(socket, "connect");
    } catch {
      return { kind: "none" };
    }
    const client = new HolderClient(socket);
    const timeout = new AbortController();
    const late = sleep(WELCOME_WITHIN_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
    const welcome = await Promise.race([client.#welcome.promise, late]);
    timeout.abort();
    if (welcome !== undefined && isUnderstood(welcome) && "held" in welcome) return { kind: "holder", client };
    client.close();
    return welcome === undefined ? { kind: "none" } : { kind: "stranger", pid: welcome.pid, v: welcome.v };
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Whether the holder listens at this place for this application. */
  holds(application: string, key: string): boolean {
    return this.isOpen && this.#held.get(key) === application;
  }

  /** @returns why not, or `gone` when the holder went away. */
  async hold(application: string, places: readonly HeldPlace[]): Promise<HoldRefusal | "gone" | undefined> {
    const answer = await this.#ask({ type: "hold", application, places });
    if (answer?.type !== "held") return "gone";
    if (answer.refusal === undefined) for (const place of places) this.#held.set(placeKey(place), application);
    return answer.refusal;
  }

  /** Releases every socket of the application but these. */
  async keep(application: string, keys: readonly string[]): Promise<void> {
    await this.#ask({ type: "keep", application, keys });
    for (const [key, owner] of this.#held) if (owner === application && !keys.includes(key)) this.#held.delete(key);
  }

  /** Starts a process behind its gate, as a child of the holder that inherits the sockets with these keys. */
  async spawn(plan: SpawnPlan, keys: readonly string[]): Promise<GateResult> {
    const answer = await this.#ask({ type: "spawn", plan, keys });
    if (answer?.type !== "spawned") return { kind: "no-socket", message: "the process that holds its sockets went away" };
    if (answer.process === undefined) return { kind: "not-executable", message: answer.message ?? "it could not be started" };
    const { pid } = answer.process;
    const process = this.#toRunning(this.#children.get(pid) ?? this.#know(answer.process));
    return {
      kind: "waiting",
      process: {
        ...process,
        open: () => this.#lines.send({ type: "open", pid }),
        drop: () => this.#lines.send({ type: "drop", pid }),
      },
    };
  }

  /** A process that the holder started, with how it ended, even when nobody asked at the time; undefined when it did not. */
  find(identity: ProcessIdentity): RunningProcess | undefined {
    const child = this.#children.get(identity.pid);
    return this.isOpen && child?.identity.stamp === identity.stamp ? this.#toRunning(child) : undefined;
  }

  close(): void {
    this.#socket.destroy();
  }

  #toRunning({ identity, exit, ready, hasReadyPipe }: Child): RunningProcess {
    void exit.promise.then(() => {
      this.#lines.send({ type: "forget", pid: identity.pid });
      this.#children.delete(identity.pid);
    });
    return { identity, exited: exit.promise, ...(hasReadyPipe && { ready: ready.promise }) };
  }

  async #ask(request: { readonly type: "hold" | "keep" | "spawn"; readonly [field: string]: unknown }): Promise<Answer | undefined> {
    if (!this.isOpen) return undefined;
    const id = (this.#lastId += 1);
    const answer = Promise.withResolvers<Answer | undefined>();
    this.#waiting.set(id, answer);
    const timer = setTimeout(() => this.#socket.destroy(), ANSWER_WITHIN_MS);
    this.#lines.send({ ...request, id });
    const given = await answer.promise;
    clearTimeout(timer);
    this.#waiting.delete(id);
    return given;
  }

  #take(message: HolderMessage | StrangersWelcome): void {
    switch (message.type) {
      case "welcome":
        if (!("held" in message)) return this.#welcome.resolve(message);
        this.#held = new Map(message.held.map(({ application, key }) => [key, application]));
        for (const process of message.processes) this.#know(process);
        return this.#welcome.resolve(message);
      case "ready":
        return this.#children.get(message.pid)?.ready.resolve(message.ready);
      case "exit":
        return this.#children.get(message.pid)?.exit.resolve(message.exit);
      default:
        // Known before whoever asked goes on: its end may stand in the very next line.
        if (message.type === "spawned" && message.process !== undefined) this.#know(message.process);
        return this.#waiting.get(message.id)?.resolve(message);
    }
  }

  #know({ pid, stamp, hasReadyPipe, ready, exit }: HolderProcess): Child {
    const child: Child = {
      identity: { pid, stamp },
      exit: Promise.withResolvers(),
      ready: Promise.withResolvers(),
      hasReadyPipe,
    };
    this.#children.set(pid, child);
    if (ready !== undefined) child.ready.resolve(ready);
    if (exit !== undefined) child.exit.resolve(exit);
    return child;
  }

  /** Whoever waits learns that nothing more comes; processes are asked after from now on, as those of an earlier agent are. */
  #closed(): void {
    this.#welcome.resolve(undefined);
    for (const answer of this.#waiting.values()) answer.resolve(undefined);
    for (const { identity, exit, ready } of this.#children.values()) {
      void adoptProcess(identity).exited.then((end) => {
        ready.resolve(false);
        exit.resolve(end);
      });
    }
  }
}
