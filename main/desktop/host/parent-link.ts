import type { CoreParent } from "./serve-core.ts";

/** The supervising main process, as Electron shows it to a utility process. Messages wait until somebody listens. */
export function parentOf(process: NodeJS.Process): CoreParent {
  const parent = process.parentPort;
  return {
    onMessage: (listener) => void parent.on("message", ({ data, ports }) => listener(data, ports[0])),
    post: (report) => parent.postMessage(report),
  };
}
