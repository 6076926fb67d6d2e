import { AppError } from "#shared/errors/app-error.ts";

/** Ends this browser's session. The desktop's own window has none to end. */
export async function logOut(): Promise<void> {
  const answer = await fetch("/logout", { method: "POST", credentials: "include" });
  if (!answer.ok) throw new AppError("REMOTE_UNREACHABLE", "The session was not ended; this browser is still logged in.");
}
