/** Puts text on the clipboard. False where the page may not, such as plain HTTP beyond this machine. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
