import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What systemd tells a service about itself (sd_notify(3), sd_watchdog_enabled(3)). */
export type SystemdEnvironment = {
  /** Variables that `systemd-notify` needs: the socket, and where programs are. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long the agent may be silent; undefined without a watchdog. */
  readonly watchdogMs: number | undefined;
};

/** So that an answer that comes late is still in time. */
const PINGS_PER_DEADLINE = 3;
const SEND_TIMEOUT_MS = 10_000;

/**
 * Tells systemd how the agent is. Node opens no datagram sockets in the file system, so that `systemd-notify` says it,
 * in the agent's name; it is there wherever systemd is. Words arrive in the order in which they were said. Without
 * systemd nothing is said and nothing is started.
 */
export class SystemdNotifier {
  readonly #environment: SystemdEnvironment | undefined;
  readonly #onUnheard: (thrown: unknown) => void;
  #said: Promise<void> = Promise.resolve();
  #isUnheard = false;
  #isStopping = false;
  #pings: NodeJS.Timeout | undefined;

  /** @param onUnheard called once when systemd waits for a word and cannot be told it. */
  constructor(environment: SystemdEnvironment | undefined, onUnheard: (thrown: unknown) => void) {
    this.#environment = environment;
    this.#onUnheard = onUnheard;
  }

  /**
   * The agent does its work. From now on the watchdog is answered from the agent's own event loop, so that a loop that
   * hangs is silent.
   *
   * @param status what `systemctl status` shows.
   */
  ready(status: string): void {
    this.#say("READY=1", `STATUS=${status}`);
    const watchdogMs = this.#environment?.watchdogMs;
    if (watchdogMs === undefined || this.#pings !== undefined) return;
    this.#pings = setInterval(() => this.#say("WATCHDOG=1"), watchdogMs / PINGS_PER_DEADLINE);
    this.#pings.unref();
  }

  /**
   * The agent stops in order, asked to or by itself, which may take its applications minutes; the watchdog is answered
   * until the end. Said once, however often it is asked to stop.
   */
  stopping(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#say("STOPPING=1", "STATUS=Stopping the applications in order.");
  }

  /** Ends the answers to the watchdog, and waits until everything was said. */
  async close(): Promise<void> {
    clearInterval(this.#pings);
    await this.#said;
  }

  #say(...words: readonly string[]): void {
    const { variables } = this.#environment ?? {};
    if (variables === undefined) return;
    this.#said = this.#said.then(async () => {
      try {
        await execute("systemd-notify", [...words], { env: { ...variables }, timeout: SEND_TIMEOUT_MS });
      } catch (thrown) {
        if (!this.#isUnheard) this.#onUnheard(thrown);
        this.#isUnheard = true;
      }
    });
  }
}
