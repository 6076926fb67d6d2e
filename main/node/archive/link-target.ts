/** How many links a path may lead over, as Linux counts. */
const MOST_HOPS = 40;

/**
 * Follows a symbolic link by names alone, over the other links of the same tree.
 *
 * @param links every link of the tree: its path to its target, as written.
 * @returns the path that it ends at, "" for the root; undefined when it is absolute, climbs out of the tree at any point
 *   of the way, or leads in a circle. The end need not exist: a link to nothing leads nowhere.
 */
export function linkTarget(link: string, links: ReadonlyMap<string, string>): string | undefined {
  let hops = 0;
  const folder = link.split("/").slice(0, -1);
  const follow = (from: readonly string[], target: string): readonly string[] | undefined => {
    hops += 1;
    if (hops > MOST_HOPS || target === "" || target.startsWith("/")) return undefined;
    let at: readonly string[] | undefined = from;
    for (const part of target.split("/")) {
      if (part === "" || part === ".") continue;
      // The parent of what a link led to, as the kernel has it, and never above the root.
      if (part === "..") at = at.length === 0 ? undefined : at.slice(0, -1);
      else {
        const next: readonly string[] = [...at, part];
        const further = links.get(next.join("/"));
        at = further === undefined ? next : follow(at, further);
      }
      if (at === undefined) return undefined;
    }
    return at;
  };
  return follow(folder, links.get(link) ?? "")?.join("/");
}
