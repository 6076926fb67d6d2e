import { api } from "../api/implementer.ts";
import type { HostCommandService } from "./host-command-service.ts";
import type { HostService } from "./host-service.ts";
import type { LogFollower } from "./log-follower.ts";
import type { HostView } from "./host-view.ts";

/** Handlers of `hosts.*`. */
export function hostHandlers(view: HostView, service: HostService, commands: HostCommandService, follower: LogFollower) {
  const { hosts } = api;
  return hosts.router({
    list: hosts.list.handler(({ input: { cursor, limit, ...filter }, context }) => view.list(context.principal, filter, { cursor, limit })),
    get: hosts.get.handler(({ input, context }) => view.detail(context.principal, input.hostId)),
    timeline: hosts.timeline.handler(({ input: { hostId, ...page }, context }) => service.timeline(context.principal, hostId, page)),
    approve: hosts.approve.handler(({ input, context }) => service.approve(context.principal, input.hostId)),
    move: hosts.move.handler(({ input, context }) => service.move(context.principal, input)),
    pin: hosts.pin.handler(({ input, context }) => service.pin(context.principal, input)),
    unpin: hosts.unpin.handler(({ input, context }) => service.unpin(context.principal, input)),
    setLabels: hosts.setLabels.handler(({ input, context }) => service.setLabels(context.principal, input)),
    revoke: hosts.revoke.handler(({ input, context }) => service.revoke(context.principal, input)),
    restart: hosts.restart.handler(async ({ input, context }) => ({ commandId: await commands.restart(context.principal, input) })),
    collectLogs: hosts.collectLogs.handler(async ({ input, context }) => ({
      commandId: await commands.collectLogs(context.principal, input),
    })),
    followLog: hosts.followLog.handler(async ({ input, context, signal }) =>
      asPieces(await follower.follow(context.principal, input, signal)),
    ),
    liftQuarantine: hosts.liftQuarantine.handler(async ({ input, context }) => ({
      commandId: await commands.liftQuarantine(context.principal, input),
    })),
  });
}

async function* asPieces(texts: AsyncIterable<string>): AsyncGenerator<{ text: string }> {
  for await (const text of texts) yield { text };
}
