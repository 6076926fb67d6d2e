/** The program of a utility process that makes one delta; see serve-delta.ts. It ends with its application. */
import { serveDelta, type DeltaStarter } from "#main/adapters/delta-process/serve-delta.ts";

function utilityStarter(): DeltaStarter {
  const parent = process.parentPort;
  return {
    post: (report, sent) => {
      parent.postMessage(report);
      // Nothing tells when it has arrived; the process lives a moment longer than a message takes.
      if (sent !== undefined) setTimeout(sent, SENDING_MS);
    },
    onMessage: (listener) => void parent.on("message", ({ data }) => listener(data)),
    onGone: () => undefined,
  };
}

const SENDING_MS = 500;

await serveDelta(import.meta.filename, utilityStarter);
