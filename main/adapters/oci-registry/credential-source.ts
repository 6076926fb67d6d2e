import { join } from "node:path";
import type { StoreSecret, StoreSettings } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { dockerCredentials } from "#main/node/oci/auth/docker-credentials.ts";
import type { CredentialSource, RegistryCredentials } from "#main/node/oci/auth/registry-credentials.ts";

/** Where the credentials of a registry come from, as its settings say. */
export type CredentialOrigin = {
  readonly credentials: Extract<StoreSettings, { kind: "oci" }>["credentials"];
  readonly registry: URL;
  readonly readSecret: () => Promise<StoreSecret | undefined>;
  /** The folder of docker's `config.json`. */
  readonly dockerFolder: string;
};

/** Makes the source that the settings ask for. */
export function credentialSource(origin: CredentialOrigin): CredentialSource {
  switch (origin.credentials) {
    case "anonymous":
      return () => Promise.resolve(undefined);
    case "docker":
      return () => dockerCredentials(join(origin.dockerFolder, "config.json"), origin.registry);
    case "secret":
      return async () => fromSecret(await origin.readSecret(), origin.registry);
  }
}

function fromSecret(secret: StoreSecret | undefined, registry: URL): RegistryCredentials {
  if (secret === undefined) {
    throw new AppError("STORE_CREDENTIALS_REFUSED", `No credentials are kept for ${registry.host}; nothing was sent there.`);
  }
  if (secret.username === undefined) return { kind: "identity", token: secret.password };
  return { kind: "basic", username: secret.username, password: secret.password };
}
