import type { ControlPlane } from "#main/control-plane/compose.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { enrolRequest } from "#shared/protocol/enrolment.ts";
import { AGENT_PATHS, MAX_FRAME_BYTES } from "#shared/protocol/limits.ts";
import { MAX_POLL_BYTES, pollRequest } from "#shared/protocol/polling.ts";
import type { Exchange } from "./exchange.ts";
import type { FailureLimit } from "./failure-limit.ts";
import { readBodyAs } from "./read-body.ts";
import { sendJson } from "./send-json.ts";

/** Facts of a host and a signature are small. */
const MAX_ENROL_BYTES = 64 * 1024;

type Parts = { readonly hosts: ControlPlane["hosts"]; readonly limit: FailureLimit };

/** What agents send without a WebSocket: their enrolment, and the frames of a link by long poll. */
export function agentMount({ hosts, limit }: Parts): (exchange: Exchange) => Promise<void> {
  return async ({ request, response, path, remote }) => {
    if (request.method !== "POST") throw new AppError("NOT_FOUND", "There is nothing at this address for this method.");
    if (path === AGENT_PATHS.enrol) {
      const wanted = await readBodyAs(request, enrolRequest, { maxBytes: MAX_ENROL_BYTES });
      return sendJson(response, 200, await limit.guard(remote, () => hosts.enrolment.enrol(wanted, remote)));
    }
    if (path !== AGENT_PATHS.poll) throw new AppError("NOT_FOUND", "There is nothing at this address.");
    const polled = await readBodyAs(request, pollRequest, { maxBytes: MAX_POLL_BYTES });
    if (polled.frames.some((frame) => Buffer.byteLength(JSON.stringify({ ...frame, signedBody: undefined })) > MAX_FRAME_BYTES)) {
      throw new AppError("LINK_FRAME_TOO_LARGE", `A frame of more than ${MAX_FRAME_BYTES} bytes was not taken, nor what came with it.`);
    }
    const hungUp = new AbortController();
    response.once("close", () => hungUp.abort());
    try {
      sendJson(response, 200, await hosts.link.poll(polled, remote, hungUp.signal));
    } catch (thrown) {
      if (!(thrown instanceof AppError) || thrown.code !== "TRANSPORT_CLOSED") throw thrown;
      // The status that the protocol gives to a session that is over (shared/protocol/polling.ts).
      sendJson(response, 401, { ...thrown.toWire(), next: thrown.next });
    }
  };
}
