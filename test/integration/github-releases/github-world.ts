import { onTestFinished } from "vitest";
import { systemClock } from "#main/adapters/system/system-clock.ts";
import type { GithubSurroundings } from "#main/adapters/github-releases/github-surroundings.ts";
import { openGithubStore } from "#main/adapters/github-releases/open-github-store.ts";
import type { ReleaseStore, StepContext, StoredLocation } from "#main/control-plane/ports/release-store.ts";
import { storeSettings } from "#shared/domain/store/store.ts";
import { FakeGithub, type FakeGithubOptions } from "#test/fakes/github/fake-github.ts";
import { type QuietLogger, quietLogger } from "#test/fakes/quiet-logger.ts";
import type { TestPublication } from "./a-publication.ts";

export const TOKEN = "ghp_thisTokenMustNeverBeSeen0123456789";

/** GitHub, and a store that publishes there. */
export type GithubWorld = {
  readonly github: FakeGithub;
  readonly store: ReleaseStore;
  readonly logger: QuietLogger;
  /** Opens the same repository anew, as after a restart or with other settings. */
  readonly open: (change?: StoreChange) => ReleaseStore;
};
type StoreChange = {
  readonly token?: string | undefined;
  readonly tagPrefix?: string;
  readonly surroundings?: Partial<GithubSurroundings>;
};

/** Starts a server for the running test. When the test ends, a request that GitHub's description does not allow fails it. */
export async function githubWorld(options: Partial<FakeGithubOptions> = {}): Promise<GithubWorld> {
  const place = { owner: "acme", repository: "web-releases" };
  const github = await FakeGithub.start({ ...place, token: TOKEN, ...options });
  const logger = quietLogger();
  onTestFinished(async () => {
    await github.close();
    if (github.violations.length > 0) throw new Error(`GitHub's description was not kept:\n${github.violations.join("\n")}`);
  });
  const open = (change: StoreChange = {}): ReleaseStore => {
    const settings = storeSettings.parse({ kind: "github", apiUrl: github.origins.api, ...place, tagPrefix: change.tagPrefix ?? "v" });
    if (settings.kind !== "github") throw new Error("unreachable");
    const token = "token" in change ? change.token : TOKEN;
    const surroundings = { clock: systemClock, logger, userAgent: "rollcall/0.0.0-test", retryBaseMs: 1, ...change.surroundings };
    return openGithubStore(settings, async () => (token === undefined ? undefined : { password: token }), surroundings);
  };
  return { github, store: open(), logger, open };
}

/** A step's surroundings for tests; what they say is up to them. */
export function stepContext(publication: TestPublication, change: Partial<StepContext> = {}): StepContext {
  return {
    open: publication.open,
    resume: undefined,
    checkpoint: async () => undefined,
    onProgress: () => undefined,
    signal: new AbortController().signal,
    ...change,
  };
}

/** Runs steps of a publication in order, all or those named, and gathers where artifacts lie. */
export async function publish(
  store: ReleaseStore,
  publication: TestPublication,
  only: (stepId: string) => boolean = () => true,
): Promise<readonly StoredLocation[]> {
  const locations: StoredLocation[] = [];
  for (const step of store.plan(publication.content)) {
    if (only(step.id)) locations.push(...(await store.run(step, publication.content, stepContext(publication))));
  }
  return locations;
}

/** All bytes of a stream. */
export async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
