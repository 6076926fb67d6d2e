import { useSearchParams } from "wouter";

/** Changes some of the URL's parameters; undefined takes one away. The rest of the view stays as it is. */
export function useUrlPatch(): (patch: Readonly<Record<string, string | undefined>>) => void {
  const [, setSearch] = useSearchParams();
  return (patch) =>
    setSearch(
      (before) => {
        const after = new URLSearchParams(before);
        for (const [name, value] of Object.entries(patch)) {
          if (value === undefined || value === "") after.delete(name);
          else after.set(name, value);
        }
        return after;
      },
      { replace: true },
    );
}
