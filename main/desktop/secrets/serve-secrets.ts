import { toAppError } from "#shared/errors/app-error.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";
import type { CorePort } from "../host/core-port.ts";
import { secretsRequest, type SecretsAnswer, type SecretsRequest } from "./secrets-messages.ts";

/** Secrets that say, when they are opened, whether they can be kept at all. */
export type OpenableSecrets = SecretStore & { open(): Promise<void> };

/** More calls at once than a control plane has reason to make. */
const MAX_PENDING = 256;

/**
 * Answers a control plane's questions for its own secrets over a port. What is no question, and a flood of them, closes
 * the port: our own control plane sends neither. It asks for nothing but this one store: operators' keys lie in another.
 */
export function serveSecrets(port: CorePort, secrets: OpenableSecrets, onRefused: () => void): void {
  let pending = 0;
  port.on("message", ({ data }) => {
    const request = secretsRequest.safeParse(data);
    if (!request.success || pending >= MAX_PENDING) {
      onRefused();
      return port.close();
    }
    pending += 1;
    void answer(secrets, request.data).then((made) => {
      pending -= 1;
      port.postMessage(made);
    });
  });
  port.start();
}

async function answer(secrets: OpenableSecrets, request: SecretsRequest): Promise<SecretsAnswer> {
  try {
    return { id: request.id, ok: true, result: await perform(secrets, request) };
  } catch (thrown) {
    const { code, message } = toAppError(thrown);
    return { id: request.id, ok: false, code, message: message.slice(0, 1000) };
  }
}

async function perform(
  secrets: OpenableSecrets,
  request: SecretsRequest,
): Promise<string | Uint8Array<ArrayBuffer> | string[] | undefined> {
  switch (request.op) {
    case "open":
      await secrets.open();
      return secrets.protection;
    case "read": {
      const value = await secrets.read(request.name);
      return value === undefined ? undefined : new Uint8Array(value);
    }
    case "write":
      await secrets.write(request.name, request.value);
      return undefined;
    case "remove":
      await secrets.remove(request.name);
      return undefined;
    case "names":
      return [...(await secrets.names(request.prefix))];
  }
}
