/** The program of a forked Node process that makes one delta; see serve-delta.ts. */
import { serveDelta, type DeltaStarter } from "./serve-delta.ts";

function forkStarter(): DeltaStarter {
  return {
    post: (report, sent) => {
      if (process.send === undefined) throw new TypeError("this process was not forked");
      process.send(report, undefined, undefined, () => sent?.());
    },
    onMessage: (listener) => void process.on("message", listener),
    onGone: (listener) => void process.once("disconnect", listener),
  };
}

await serveDelta(import.meta.filename, forkStarter);
