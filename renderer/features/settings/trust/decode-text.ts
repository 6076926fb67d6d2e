/** The text in base64 bytes. @throws TypeError for bytes that are no UTF-8, which no document of ours holds. */
export function decodeText(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
}
