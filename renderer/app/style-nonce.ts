import { setNonce } from "get-nonce";

/**
 * Reads the nonce that the server wrote into the page, and gives it to the one library that asks elsewhere
 * (react-remove-scroll). Mantine gets it from its provider. Without a nonce both work where the policy is laxer.
 */
export function readStyleNonce(page: Document): string {
  const nonce = page.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";
  setNonce(nonce);
  return nonce;
}
