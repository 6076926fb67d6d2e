/** An actor as people know it: `user:ana` is "ana", `token:ci` is "ci (token)", `system` is "Rollcall". */
export function actorName(actor: string): string {
  const at = actor.indexOf(":");
  if (at < 0) return actor === "system" ? "Rollcall" : actor;
  const kind = actor.slice(0, at);
  const name = actor.slice(at + 1);
  if (kind === "user") return name;
  return kind === "host" ? `host ${name.slice(0, 8)}` : `${name} (${kind})`;
}
