import { AppError } from "#shared/errors/app-error.ts";
import type { StoreProbe } from "#main/control-plane/ports/release-store.ts";
import type { CredentialSource } from "#main/node/oci/auth/registry-credentials.ts";
import type { RegistryClient } from "#main/node/oci/client/registry-client.ts";
import { isLoopback } from "#main/node/oci/http/reach.ts";
import { UploadRequests } from "../upload/upload-session.ts";

/**
 * Asks a registry whether it is one, and whether the credentials may write: an upload is opened and cancelled, since no
 * other question is answered for sure.
 *
 * @throws AppError STORE_PROTOCOL when it is no registry, STORE_CREDENTIALS_REFUSED, and what the connection throws.
 */
export async function probeRegistry(
  client: RegistryClient,
  repository: string,
  credentials: CredentialSource,
  signal: AbortSignal,
): Promise<StoreProbe> {
  // Whom nobody asks for credentials gets 200; those that ask are satisfied on the way.
  await client.sendForHead({ method: "GET", to: "/v2/", expect: [200], what: "the registry's root", signal });
  const refusal = await whyReadOnly(client, repository, signal);
  const account = await credentials();
  const isPlain = client.reach.registry.protocol === "http:" && !isLoopback(client.reach.registry);
  return {
    canWrite: refusal === undefined,
    ...(account?.kind === "basic" && { account: account.username }),
    notes: [
      ...(refusal === undefined ? [] : [refusal]),
      ...(isPlain ? ["The connection is plain HTTP: anybody on the way can read the credentials."] : []),
    ],
  };
}

async function whyReadOnly(client: RegistryClient, repository: string, signal: AbortSignal): Promise<string | undefined> {
  const requests = new UploadRequests(client, repository, `an upload to ${repository}`, signal);
  try {
    const opened = await requests.start();
    // What a registry leaves open ends by itself after a while, so that not being able to cancel is no fault.
    if (opened.state === "open") await requests.cancel(opened.session).catch(() => undefined);
    return undefined;
  } catch (thrown) {
    const isRefusal =
      thrown instanceof AppError && ["STORE_FORBIDDEN", "STORE_CREDENTIALS_REFUSED", "STORE_NOT_FOUND"].includes(thrown.code);
    const isReadOnly = thrown instanceof AppError && thrown.details["status"] === 405;
    if (!isRefusal && !isReadOnly) throw thrown;
    return isReadOnly ? "This registry is read-only." : thrown.message;
  }
}
