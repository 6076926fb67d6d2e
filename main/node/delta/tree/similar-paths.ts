/** Files of one name that are compared; a tree may hold thousands of `package.json`. */
const MOST_COMPARED = 64;

const nameOf = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** A path without what builds and versions change in names: `assets/main.3f2a91c0.js`, `python3.12`. */
const withoutNumbers = (path: string): string => path.replaceAll(/[0-9a-f]{6,}/gi, "#").replaceAll(/\d+/g, "#");

/**
 * Finds for a path that is not among `files` the one that its file most likely was before it was moved and changed: of its
 * name, with the most of the path the same at both ends; else of its path but for numbers and digests in it. The same files in
 * the same order give the same answer.
 */
export function similarPaths<F extends { readonly path: string }>(files: readonly F[]): (path: string) => F | undefined {
  const byName = Map.groupBy(files, ({ path }) => nameOf(path));
  const byPlainPath = Map.groupBy(files, ({ path }) => withoutNumbers(path));
  return (path) => closest(byName.get(nameOf(path)) ?? [], path) ?? closest(byPlainPath.get(withoutNumbers(path)) ?? [], path);
}

function closest<F extends { readonly path: string }>(files: readonly F[], path: string): F | undefined {
  let best: { readonly file: F; readonly shared: number } | undefined;
  for (const file of files.slice(0, MOST_COMPARED)) {
    const shared = sharedEnds(file.path, path);
    if (best === undefined || shared > best.shared) best = { file, shared };
  }
  return best?.file;
}

/** Characters that two texts have in common from the front and from the back, each counted once. */
function sharedEnds(left: string, right: string): number {
  const most = Math.min(left.length, right.length);
  let front = 0;
  while (front < most && left[front] === right[front]) front += 1;
  let back = 0;
  while (back < most - front && left.at(-1 - back) === right.at(-1 - back)) back += 1;
  return front + back;
}
