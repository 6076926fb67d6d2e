import type { StoreSecret, StoreSettings } from "#shared/domain/store/store.ts";
import type { Json } from "#shared/lib/canonical-json.ts";
import type { OpenReleaseStore, PlannedStep, PublicationContent, ReleaseStore, StepContext } from "../ports/release-store.ts";
import { HiddenCredentials } from "./hidden-credentials.ts";

/** Opens a store so that nothing that comes from it holds its own credentials; see {@link HiddenCredentials}. */
export function openDiscreetly(
  open: OpenReleaseStore,
  settings: StoreSettings,
  readSecret: () => Promise<StoreSecret | undefined>,
): ReleaseStore {
  const hidden = new HiddenCredentials();
  const store = open(settings, async () => {
    const secret = await readSecret();
    if (secret !== undefined) hidden.add(secret);
    return secret;
  });
  return discreet(store, hidden);
}

function discreet(store: ReleaseStore, hidden: HiddenCredentials): ReleaseStore {
  const said = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return hidden.data(await answer);
    } catch (thrown) {
      throw hidden.failure(thrown);
    }
  };
  return {
    plan: (content) => store.plan(content),
    probe: (...asked) => said(store.probe(...asked)),
    run: (step: PlannedStep, content: PublicationContent, context: StepContext) => {
      const checkpoint = (note: Json): Promise<void> => context.checkpoint(hidden.data(note));
      return said(store.run(step, content, { ...context, checkpoint }));
    },
    abandon: (...asked) => said(store.abandon(...asked)),
    moveChannel: (...asked) => said(store.moveChannel(...asked)),
    withdraw: (...asked) => said(store.withdraw(...asked)),
    discover: (...asked) => said(store.discover(...asked)),
    inspect: (...asked) => said(store.inspect(...asked)),
    open: async (...asked) => {
      try {
        return quietly(await store.open(...asked), hidden);
      } catch (thrown) {
        throw hidden.failure(thrown);
      }
    },
    // An address that holds our credentials is no address for hosts.
    shortLivedUrl: async (...asked) => {
      const given = await said(store.shortLivedUrl(...asked));
      return given?.url.includes("[redacted]") === true ? undefined : given;
    },
  };
}

/** The same bytes; what breaks off says nothing of credentials. */
async function* quietly(bytes: AsyncIterable<Uint8Array>, hidden: HiddenCredentials): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (thrown) {
    throw hidden.failure(thrown);
  }
}
