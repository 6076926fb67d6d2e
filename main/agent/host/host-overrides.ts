import { inheritedEnvironment } from "../environment-config.ts";
import type { AgentLogger } from "../logger.ts";
import type { HostAdditions } from "../process/launch-spec.ts";
import { readOverrides, type Overrides } from "../state/overrides.ts";

/**
 * The host's own file, read anew for every start, so that a person changes it and restarts the application. When it is
 * broken by then, what it said before holds on: a typing error must not take a service to another port.
 */
export class HostOverrides {
  readonly #path: string;
  readonly #logger: AgentLogger;
  #last: Overrides;

  private constructor(path: string, logger: AgentLogger, first: Overrides) {
    this.#path = path;
    this.#logger = logger;
    this.#last = first;
  }

  /** @throws AppError INPUT_INVALID when the file is broken at the start of the agent, when a person is looking. */
  static async open(path: string, logger: AgentLogger): Promise<HostOverrides> {
    return new HostOverrides(path, logger, await readOverrides(path));
  }

  /** What this host adds to one application. */
  async additions(productId: string): Promise<HostAdditions> {
    const { applications } = await this.#read();
    return { overrides: applications[productId], inherited: inheritedEnvironment() };
  }

  /** Whether an application may go back to a kept version by itself. */
  async mayRollBack(productId: string): Promise<boolean> {
    return (await this.#read()).applications[productId]?.allowLocalRollback === true;
  }

  /** Products that this host installs, whatever is signed; undefined means all. */
  async accepted(): Promise<readonly string[] | undefined> {
    return (await this.#read()).accept;
  }

  async #read(): Promise<Overrides> {
    try {
      this.#last = await readOverrides(this.#path);
    } catch (thrown) {
      this.#logger.error({ err: thrown }, "The host's own file is broken; what it said before holds on.");
    }
    return this.#last;
  }
}
