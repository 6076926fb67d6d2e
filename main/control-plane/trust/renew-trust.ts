import { draftDueRenewal } from "./draft-intent.ts";
import { signFile, type SignedPart } from "./metadata-file.ts";
import { isOnline, isRenewalDue } from "./role-lifetimes.ts";
import type { DeskParts } from "./request-course.ts";
import { SYSTEM } from "./request-notes.ts";
import type { SigningDesk } from "./signing-desk.ts";
import { NO_CHANGE, type SignedChange } from "./trust-change.ts";
import { trustRoles } from "./trust-status.ts";

/** While people sign, somebody looks once a day whether they have to. */
const LOOK_MS = 86_400_000;

/**
 * Signs again what this control plane signs by itself and what has lived half of its life. What people sign is drafted
 * for them as soon as it needs their attention, so that all they have to do is sign.
 *
 * @returns when to come back, in epoch milliseconds.
 */
export async function renewTrust(parts: DeskParts, desk: SigningDesk): Promise<number> {
  const { repository, clock } = parts;
  await desk.exclusively(() => renewOwn(parts));
  if (repository.mode === "operator-held") await askPeople(parts, desk);
  await desk.refresh();
  const own = repository.nextRenewalAt((role) => isOnline(role, repository.mode));
  return repository.mode === "server-held" ? own : Math.min(own, clock.now() + LOOK_MS);
}

async function renewOwn({ store, repository, signer, clock }: DeskParts): Promise<void> {
  const { state, mode } = repository;
  const now = clock.now();
  const change = mode === "server-held" ? draftDueRenewal({ state, mode, now, newcomers: new Map() }) : undefined;
  const onlineIsDue = [state.snapshot, state.timestamp].some(({ signed }) =>
    isRenewalDue("timestamp", mode, Date.parse(signed.expires), now),
  );
  if (change === undefined && !onlineIsDue) return;
  const sign = <S extends SignedPart>(role: string, signed: S) => signFile(signer, role, signed);
  const { root, targets, applications = new Map<string, never>() } = change ?? {};
  const renewed: SignedChange = {
    ...NO_CHANGE,
    ...(root === undefined ? {} : { root: await sign("root", root) }),
    ...(targets === undefined ? {} : { targets: await sign("targets", targets) }),
    applications: new Map(
      await Promise.all([...applications].map(async ([product, signed]) => [product, await sign(product, signed)] as const)),
    ),
  };
  await repository.commit(renewed);
  await store.write((unit) => Promise.resolve(unit.emit({ topic: "trust.changed", ids: {} })));
}

async function askPeople({ repository, clock }: DeskParts, desk: SigningDesk): Promise<void> {
  const { state, mode } = repository;
  const roles = trustRoles({ state, mode, roleFiles: repository.roleFiles() }, clock.now());
  if (roles.some((role) => !role.online && role.needsAttention)) await desk.requestRenewal(SYSTEM);
}
