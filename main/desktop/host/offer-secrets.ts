import { MessageChannelMain, type MessagePortMain } from "electron";
import { serveSecrets, type OpenableSecrets } from "../secrets/serve-secrets.ts";
import type { CoreProcess } from "./core-process.ts";

/** Gives a control plane's process that was just started the way to its secrets; it ends with the process. */
export function offerSecrets(process: CoreProcess<MessagePortMain>, secrets: OpenableSecrets, onRefused: () => void): void {
  const { port1, port2 } = new MessageChannelMain();
  serveSecrets(port1, secrets, onRefused);
  process.onExit(() => port1.close());
  process.post({ kind: "secrets" }, port2);
}
