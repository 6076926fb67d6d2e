import type { Socket } from "node:net";
import type { ProcessExit } from "../update/probation.ts";
import { spawnGated, type GatedProcess } from "../process/spawn-gated.ts";
import { HeldSockets } from "./held-sockets.ts";
import { holderRequest, MAX_HOLDER_LINE, SPOKEN, type HolderMessage, type HolderProcess, type HolderRequest } from "./holder-protocol.ts";
import { JsonLines } from "./json-lines.ts";

type Child = { readonly process: GatedProcess; isOpen: boolean; ready: boolean | undefined; exit: Exit | undefined };
type Exit = NonNullable<HolderProcess["exit"]>;
type Request<K extends HolderRequest["type"]> = Extract<HolderRequest, { type: K }>;

/**
 * How long sockets are held that no program serves and no agent asks for. A connection to them would wait for nothing; an
 * agent that is started again comes sooner.
 */
const LONELY_MS = 5 * 60_000;

/** Ends that no agent has asked about. */
const MAX_ENDED = 200;

/** How a process ended, in what the protocol knows of it. */
function toExit(exit: ProcessExit): Exit {
  switch (exit.kind) {
    case "exit":
    case "signal":
      return exit;
    case "not-executable":
      return { kind: "not-executable", message: exit.message.slice(0, 500) };
    default:
      return { kind: "unknown" };
  }
}

/**
 * Holds listening sockets, and starts the programs that inherit them, for one agent after another. It decides nothing:
 * what runs and when is the agent's. It remembers how its children ended until an agent says that it knows.
 *
 * A gate that its agent has not opened is dropped when the agent goes away: nothing runs that no agent has written down.
 */
export class Holder {
  readonly #held = new HeldSockets();
  readonly #children = new Map<number, Child>();
  readonly #agents = new Set<JsonLines<HolderRequest>>();
  readonly #onIdle: () => void;
  #lonely: NodeJS.Timeout | undefined;

  /** @param onIdle called when there is nobody left to hold anything for. */
  constructor(onIdle: () => void) {
    this.#onIdle = onIdle;
    this.#lonely = setTimeout(onIdle, LONELY_MS);
  }

  /** Takes an agent's connection. */
  serve(socket: Socket): void {
    const gates = new Set<number>();
    const agent = new JsonLines(socket, holderRequest, MAX_HOLDER_LINE, (request) => {
      void this.#answer(agent, gates, request);
    });
    this.#agents.add(agent);
    clearTimeout(this.#lonely);
    agent.send(this.#welcome());
    socket.once("close", () => {
      this.#agents.delete(agent);
      for (const pid of gates) this.#drop(pid);
      this.#lookWhetherIdle();
    });
  }

  #welcome(): HolderMessage {
    const processes = [...this.#children.values()].map((child) => this.#describe(child));
    return { type: "welcome", ...SPOKEN, pid: process.pid, held: this.#held.list(), processes };
  }

  #describe({ process, ready, exit }: Child): HolderProcess {
    const hasReadyPipe = process.ready !== undefined;
    return { ...process.identity, hasReadyPipe, ...(ready !== undefined && { ready }), ...(exit !== undefined && { exit }) };
  }

  async #answer(agent: JsonLines<HolderRequest>, gates: Set<number>, request: HolderRequest): Promise<void> {
    switch (request.type) {
      case "hold": {
        const refusal = await this.#held.hold(request.application, request.places);
        return this.#say(agent, { type: "held", id: request.id, ...(refusal && { refusal }) });
      }
      case "keep":
        await this.#held.keep(request.application, request.keys);
        return this.#say(agent, { type: "kept", id: request.id });
      case "spawn":
        return this.#spawn(agent, gates, request);
      case "open":
        gates.delete(request.pid);
        return this.#open(request.pid);
      case "drop":
        gates.delete(request.pid);
        return this.#drop(request.pid);
      case "forget":
        if (this.#children.get(request.pid)?.exit !== undefined) this.#children.delete(request.pid);
    }
  }

  async #spawn(agent: JsonLines<HolderRequest>, gates: Set<number>, { id, plan, keys }: Request<"spawn">): Promise<void> {
    const inherited = this.#held.descriptors(keys);
    if (inherited === undefined) return this.#say(agent, { type: "spawned", id, message: "its sockets are not held any more" });
    const result = await spawnGated(plan, inherited).catch((thrown: unknown) => ({
      kind: "not-executable" as const,
      message: String(thrown).slice(0, 300),
    }));
    if (result.kind !== "waiting") return this.#say(agent, { type: "spawned", id, message: result.message });
    const child: Child = { process: result.process, isOpen: false, ready: undefined, exit: undefined };
    const { pid } = result.process.identity;
    this.#children.set(pid, child);
    gates.add(pid);
    this.#watch(child);
    // The agent went away meanwhile, and its `close` came before this gate was known.
    if (!this.#agents.has(agent)) return this.#drop(pid);
    this.#say(agent, { type: "spawned", id, process: this.#describe(child) });
  }

  #watch(child: Child): void {
    const { identity, ready, exited } = child.process;
    const { pid } = identity;
    void ready?.then((isReady) => {
      child.ready = isReady;
      for (const agent of this.#agents) agent.send({ type: "ready", pid, ready: isReady });
    });
    void exited.then((exit) => {
      child.exit = toExit(exit);
      this.#forgetOldest();
      for (const agent of this.#agents) agent.send({ type: "exit", pid, exit: child.exit });
      this.#lookWhetherIdle();
    });
  }

  #forgetOldest(): void {
    const ended = [...this.#children].filter(([, { exit }]) => exit !== undefined);
    for (const [pid] of ended.slice(0, -MAX_ENDED)) this.#children.delete(pid);
  }

  #open(pid: number): void {
    const child = this.#children.get(pid);
    if (child === undefined || child.isOpen) return;
    child.isOpen = true;
    child.process.open();
  }

  #drop(pid: number): void {
    const child = this.#children.get(pid);
    if (child === undefined || child.isOpen) return;
    child.process.drop();
    this.#children.delete(pid);
  }

  #say(agent: JsonLines<HolderRequest>, message: HolderMessage): void {
    agent.send(message);
  }

  #lookWhetherIdle(): void {
    clearTimeout(this.#lonely);
    const isRunning = [...this.#children.values()].some(({ exit }) => exit === undefined);
    if (this.#agents.size > 0 || isRunning) return;
    if (this.#held.list().length === 0) this.#onIdle();
    else this.#lonely = setTimeout(this.#onIdle, LONELY_MS);
  }
}
