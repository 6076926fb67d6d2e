import { z } from "zod";
import { logLimits } from "#shared/domain/release/log-limits.ts";
import { socketOverride } from "#shared/domain/release/sockets.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { slug } from "#shared/lib/scalars.ts";
import type { AgentLogger } from "../logger.ts";
import { DurableDocument } from "../state/durable-document.ts";

/** Ports below are root's to give away, and the agent may be root. */
const FIRST_FREE_PORT = 1024;

/** An address that any process could take by itself: the agent binds with rights that the application need not have. */
const ownSocket = socketOverride
  .refine(({ port }) => port === undefined || port >= FIRST_FREE_PORT, `a port from ${FIRST_FREE_PORT}`)
  .refine(({ path }) => path === undefined || (path.startsWith("{work}/") && !path.split("/").includes("..")), "a path in {work}/");

/** What an application may settle for itself. Laid over its release, under the host's own file. */
export const ownSettings = z.strictObject({
  log: z.strictObject(logLimits.shape).optional(),
  sockets: z
    .record(slug, ownSocket)
    .refine((all) => Object.keys(all).length <= 16, "at most 16 sockets")
    .optional(),
});
export type OwnSettings = z.infer<typeof ownSettings>;

const stored = z.object({ schema: z.literal(1), settings: ownSettings });

/** Keeps one application's own settings. */
export class OwnSettingsStore {
  readonly #document: DurableDocument<z.infer<typeof stored>>;
  #settings: OwnSettings;

  private constructor(document: DurableDocument<z.infer<typeof stored>>, settings: OwnSettings) {
    this.#document = document;
    this.#settings = settings;
  }

  /** Opens them. Damage leaves what the release says, and is told. */
  static async open(path: string, logger: AgentLogger): Promise<OwnSettingsStore> {
    const document = new DurableDocument(path, stored);
    const read = await document.read().catch((thrown: unknown) => {
      logger.warn({ err: thrown }, "The application's own settings are damaged; what its release says holds.");
      return { value: undefined };
    });
    return new OwnSettingsStore(document, read.value?.settings ?? {});
  }

  get current(): OwnSettings {
    return this.#settings;
  }

  /**
   * Replaces them; durable when it resolves.
   *
   * @param sockets names of the sockets that the release has.
   * @throws AppError INPUT_INVALID for a socket that it does not have.
   */
  async replace(settings: OwnSettings, sockets: readonly string[]): Promise<void> {
    const stray = Object.keys(settings.sockets ?? {}).find((name) => !sockets.includes(name));
    if (stray !== undefined)
      throw new AppError(
        "INPUT_INVALID",
        `The release that serves has no socket ${stray}; its sockets are: ${sockets.join(", ") || "none"}. Nothing was changed.`,
      );
    await this.#document.write({ schema: 1, settings });
    this.#settings = settings;
  }
}
