import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ReleaseId, StoreId } from "#shared/lib/ids.ts";
import { api } from "../api/implementer.ts";
import type { ApplicationService } from "./application-service.ts";
import type { ChannelService } from "./channel-service.ts";
import type { ComparisonService } from "./comparison-service.ts";
import type { DraftService } from "./draft-service.ts";
import type { ReleaseService } from "./release-service.ts";

/** Handlers of `applications.*`. */
export function applicationsHandlers(service: ApplicationService) {
  return api.applications.router({
    list: api.applications.list.handler(() => service.list()),
    get: api.applications.get.handler(({ input }) => service.get(input.applicationId)),
    create: api.applications.create.handler(({ input, context }) => service.create(context.principal.name, input)),
    update: api.applications.update.handler(({ input, context }) => service.update(context.principal.name, input)),
  });
}

/** Handlers of `channels.*`. */
export function channelsHandlers(service: ChannelService) {
  return api.channels.router({
    create: api.channels.create.handler(({ input, context }) => service.create(context.principal.name, input)),
    move: api.channels.move.handler(({ input, context }) => service.move(context.principal, input)),
  });
}

/** How releases are published and withdrawn; the publications serve it. */
export type ReleaseLifecycle = {
  readonly publish: (order: {
    readonly actor: string;
    readonly releaseId: ReleaseId;
    readonly storeIds?: readonly StoreId[] | undefined;
    readonly deltas?: boolean | undefined;
  }) => Promise<ReleaseRow>;
  readonly withdraw: (order: { readonly actor: string; readonly releaseId: ReleaseId; readonly reason: string }) => Promise<ReleaseRow>;
};

/** Handlers of `releases.*`. */
export function releasesHandlers(
  releases: ReleaseService,
  drafts: DraftService,
  lifecycle: ReleaseLifecycle,
  comparisons: ComparisonService,
) {
  return api.releases.router({
    list: api.releases.list.handler(({ input }) => releases.list(input.applicationId)),
    get: api.releases.get.handler(({ input }) => releases.get(input.releaseId)),
    compare: api.releases.compare.handler(({ input }) => comparisons.compareRelease(input.releaseId, input.againstReleaseId)),
    create: api.releases.create.handler(({ input, context }) => drafts.create(context.principal.name, input)),
    updateDraft: api.releases.updateDraft.handler(({ input, context }) => drafts.update(context.principal.name, input)),
    discardDraft: api.releases.discardDraft.handler(async ({ input, context }) => {
      await drafts.discard(context.principal.name, input.releaseId);
      return { discarded: true as const };
    }),
    publish: api.releases.publish.handler(({ input, context }) => lifecycle.publish({ actor: context.principal.name, ...input })),
    withdraw: api.releases.withdraw.handler(({ input, context }) => lifecycle.withdraw({ actor: context.principal.name, ...input })),
    block: api.releases.block.handler(({ input, context }) => releases.block(context.principal.name, input)),
    unblock: api.releases.unblock.handler(({ input, context }) => releases.unblock(context.principal.name, input)),
  });
}
