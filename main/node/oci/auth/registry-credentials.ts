/** Who we are to a registry. An identity token is exchanged at the token service; a bearer token is shown as it is. */
export type RegistryCredentials =
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  | { readonly kind: "identity"; readonly token: string }
  | { readonly kind: "bearer"; readonly token: string };

/** Asks for the credentials anew each time, since they may have been changed; undefined is nobody in particular. */
export type CredentialSource = () => Promise<RegistryCredentials | undefined>;

/** The value of an `Authorization` header by RFC 7617. */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
}
