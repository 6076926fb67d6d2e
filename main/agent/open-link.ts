import type { AgentParts, RunningAgent } from "./agent-parts.ts";
import { ControlFrameHandler } from "./control-frame-handler.ts";
import { readHostFacts } from "./host/host-facts.ts";
import type { LinkWire } from "./link/link-session.ts";
import { Link } from "./link/link.ts";
import { LogTails } from "./reports/log-tails.ts";
import { monotonicMs } from "./state/monotonic-clock.ts";

/** Tells the control plane what this host is and runs, and takes in which of its reports are known there. */
async function greet({ platform, paths }: AgentParts, running: RunningAgent, wire: LinkWire, acknowledgedSequence: number): Promise<void> {
  const { boot, outbox, desired, units } = running;
  const facts = await readHostFacts(platform, paths.folder);
  const applied = desired.current?.frame.pair;
  wire.send({ type: "hello", facts, ...(applied && { applied }), applications: units.describe() });
  await outbox.acknowledge(boot, acknowledgedSequence);
}

/**
 * Joins the link to the rest of the agent: greets the control plane with what the host is and runs, hands it what the
 * outbox holds, and passes its frames on.
 */
export function openLink(parts: AgentParts, running: RunningAgent): Link {
  const { identity, key, log } = parts;
  const { boot, http, outbox, desired, units, commands, reporter, status, access, contact, serverClock } = running;
  const { logger } = log;
  let open: { readonly baseUrl: string; readonly wire: LinkWire } | undefined;
  const tails = new LogTails({ logOf: (id) => units.find(id)?.readableLog, send: (frame) => open?.wire.send(frame) });
  const frames = new ControlFrameHandler({
    tails,
    desired,
    units,
    commands,
    outbox,
    logger,
    nowMs: monotonicMs,
    send: (frame) => open?.wire.send(frame),
    startOver: () => open?.wire.close("something of it could not be kept on this host"),
    renewAccess: (token, ttlMs) => open && access.grant(open.baseUrl, token, ttlMs),
  });
  return new Link({
    urls: identity.urls,
    http,
    hostId: identity.hostId,
    boot,
    key,
    logger,
    random: () => Math.random(),
    onOpen: (welcome, baseUrl, wire) => {
      open = { baseUrl, wire };
      contact.opened();
      serverClock.heard(welcome.now);
      access.grant(baseUrl, welcome.accessToken, welcome.accessTokenTtlMs);
      status.linkIs("open", baseUrl);
      logger.info({ baseUrl }, "The link to the control plane is open.");
      greet(parts, running, wire, welcome.acknowledgedSequence)
        .then(() => (open?.wire === wire ? outbox.attach((frame) => wire.send(frame)) : undefined))
        .catch((thrown: unknown) => {
          logger.error({ err: thrown }, "The control plane could not be greeted; the link is opened again.");
          wire.close("the greeting failed");
        });
      reporter.start(welcome.stateIntervalMs);
      units.begin();
    },
    onFrame: (frame) => {
      contact.heard();
      frames.receive(frame);
    },
    onClosed: (reason, byeCode) => {
      open = undefined;
      contact.closed();
      tails.stop();
      outbox.detach();
      // A restored control plane has forgotten the boot that it took reports of; refusing them for ever would end the link for ever.
      if (byeCode === "HOST_REPORT_REPLAYED")
        outbox
          .renumberEarlierBoots()
          .catch((thrown: unknown) => logger.error({ err: thrown }, "Open reports could not be numbered again."));
      status.linkIs("closed", reason);
    },
  });
}
