import { join, relative } from "node:path";

/** A path as `/proc/self/mountinfo` writes it (proc_pid_mountinfo(5)): blanks and the like as octal numbers. */
function unescaped(path: string): string {
  return path.replaceAll(/\\(\d{3})/g, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 8)));
}

/**
 * Where a control group can be seen: once for each mount of cgroup2 that shows it. Containers, and hosts of them, mount it
 * more than once, and some mounts show a part of it alone.
 *
 * @param mountinfo the text of `/proc/self/mountinfo`.
 * @param group the group's path, as `/proc/<pid>/cgroup` has it behind `0::`.
 */
export function seenGroups(mountinfo: string, group: string): readonly string[] {
  return mountinfo.split("\n").flatMap((line) => {
    const fields = line.split(" ");
    const [, , , root, point] = fields;
    if (fields[fields.indexOf("-") + 1] !== "cgroup2" || root === undefined || point === undefined) return [];
    // Made outside of the control groups that this process may know of: what it shows there is called otherwise.
    if (root.startsWith("/..")) return [];
    const below = relative(unescaped(root), group);
    return below === ".." || below.startsWith("../") ? [] : [join(unescaped(point), below)];
  });
}
