import type { Ids } from "../ports/ids.ts";
import type { SecretStore } from "../ports/secret-store.ts";

const NAME = "link/access-key";

/**
 * The key of hosts' access tokens: 32 random bytes, base64url. The first start makes it; a lost one costs hosts a
 * renewal of their tokens.
 *
 * @throws AppError as the secret store does.
 */
export async function loadAccessKey(secrets: SecretStore, ids: Ids): Promise<string> {
  const stored = await secrets.read(NAME);
  if (stored !== undefined) return Buffer.from(stored).toString("utf8");
  const made = ids.secret();
  await secrets.write(NAME, Buffer.from(made));
  return made;
}
