/** The account that a version runs as, by number, with what its environment says of it. */
export type RunUser = {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups. */
  readonly groups: readonly number[];
  readonly home: string;
};

/** What `/etc/passwd` and `/etc/group` hold. */
export type Accounts = { readonly passwd: string; readonly group: string };

type Entry = { readonly name: string; readonly id: number; readonly fields: readonly string[] };

function entries(text: string): readonly Entry[] {
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4 && /^\d{1,10}$/.test(fields[2] ?? ""))
    .map((fields) => ({ name: fields[0] ?? "", id: Number(fields[2]), fields }));
}

function find(all: readonly Entry[], wanted: string): Entry | undefined {
  return all.find((one) => one.name === wanted) ?? (/^\d+$/.test(wanted) ? all.find((one) => one.id === Number(wanted)) : undefined);
}

/**
 * Finds the account that a run spec names: `name`, `uid` or `user:group`. The supplementary groups are those that list
 * the user, as at a login; with a group named they are none.
 *
 * @returns the account, or a sentence that says who is not known here.
 */
export function resolveRunUser(wanted: string, accounts: Accounts): RunUser | string {
  const [userText = "", groupText] = wanted.split(":");
  const user = find(entries(accounts.passwd), userText);
  if (user === undefined) return `This host has no user ${userText}.`;
  const groups = entries(accounts.group);
  const group = groupText === undefined ? undefined : find(groups, groupText);
  if (groupText !== undefined && group === undefined) return `This host has no group ${groupText}.`;
  const gid = group?.id ?? Number(user.fields[3]);
  const supplementary = groups.filter((one) => one.id !== gid && one.fields[3]?.split(",").includes(user.name) === true);
  return {
    name: user.name,
    uid: user.id,
    gid,
    groups: group === undefined ? supplementary.map((one) => one.id) : [],
    home: user.fields[5] || "/",
  };
}
