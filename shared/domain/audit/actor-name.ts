/** An audit actor as people read it: `user:ana` is "ana", `token:ci` is "token ci", `system` is "Rollcall". */
export function actorName(actor: string): string {
  const colon = actor.indexOf(":");
  if (colon < 0) return actor === "system" ? "Rollcall" : actor;
  const kind = actor.slice(0, colon);
  const name = actor.slice(colon + 1);
  if (kind === "user") return name;
  return kind === "host" ? `host ${name.slice(0, 8)}` : `${kind} ${name}`;
}
