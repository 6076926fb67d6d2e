import { z } from "zod";
import { productId } from "#shared/domain/release/release.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { semver } from "#shared/lib/scalars.ts";
import type { AgentLogger } from "../logger.ts";
import { DurableDocument } from "../state/durable-document.ts";

const stored = z.object({
  schema: z.literal(1),
  /** Absent while the fleet accepts everything. */
  fleetAccepts: z.array(productId).max(200).optional(),
  /** By product id. */
  minimumVersions: z.record(productId, semver),
});
type Stored = z.infer<typeof stored>;

/** What operators have signed about one product, as a refresh found it. */
export type SignedRules = { readonly fleetAccepts: readonly string[] | undefined; readonly minimumVersion: string | undefined };

const NOTHING: Stored = { schema: 1, minimumVersions: {} };

/**
 * The signed rules as this host last saw them, so that they hold without a network: a rollback to a kept slot asks nobody
 * and must not go around them.
 */
export class KeptRules {
  readonly #document: DurableDocument<Stored>;
  readonly #logger: AgentLogger;
  #value: Stored | undefined;
  #reading: Promise<void> | undefined;

  constructor(path: string, logger: AgentLogger) {
    this.#document = new DurableDocument(path, stored);
    this.#logger = logger;
  }

  /** The minimum of a product, as far as it is known by now. */
  minimumVersion(product: string): string | undefined {
    return this.#value?.minimumVersions[product];
  }

  /** @throws AppError ENV_DATA_CORRUPT when both copies are damaged: what was signed must be seen again first. */
  async read(product: string): Promise<SignedRules> {
    await this.load();
    if (this.#value === undefined)
      throw new AppError(
        "ENV_DATA_CORRUPT",
        "What this host knew of signed minimums is damaged; they must be seen again before anything is installed.",
      );
    return { fleetAccepts: this.#value.fleetAccepts, minimumVersion: this.#value.minimumVersions[product] };
  }

  /** Remembers what was seen, durably. */
  async keep(product: string, { fleetAccepts, minimumVersion }: SignedRules): Promise<void> {
    await this.load();
    const { [product]: _replaced, ...others } = this.#value?.minimumVersions ?? {};
    const next: Stored = {
      schema: 1,
      ...(fleetAccepts && { fleetAccepts: [...fleetAccepts] }),
      minimumVersions: minimumVersion === undefined ? others : { ...others, [product]: minimumVersion },
    };
    if (JSON.stringify(next) === JSON.stringify(this.#value)) return;
    await this.#document.write(next);
    this.#value = next;
  }

  /** Reads what was known before; damage is told and leaves nothing known. */
  load(): Promise<void> {
    this.#reading ??= this.#document.read().then(
      ({ value = NOTHING, recovered }) => {
        if (recovered !== undefined) this.#logger.warn({ path: recovered }, "A damaged state file was recovered from its twin copy.");
        this.#value = value;
      },
      (thrown: unknown) => this.#logger.warn({ err: thrown }, "The signed rules that this host knew are damaged; they are fetched again."),
    );
    return this.#reading;
  }
}
