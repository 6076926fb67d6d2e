/** One way to authenticate that a server named, RFC 9110 section 11.6.1. Scheme and parameter names are in lower case. */
export type Challenge = { readonly scheme: string; readonly parameters: ReadonlyMap<string, string> };

const MAX_HEADER_LENGTH = 8192;
const SCHEME = /[ \t,]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)(?=[ \t,]|$)/y;
const PARAMETER = /[ \t,]*([A-Za-z0-9!#$%&'*+.^_`|~-]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/y;

/** Reads a `WWW-Authenticate` header, which may name several ways. What cannot be read ends the list. */
export function parseChallenges(header: string | undefined): readonly Challenge[] {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return [];
  const challenges: { scheme: string; parameters: Map<string, string> }[] = [];
  let position = 0;
  while (position < header.length) {
    PARAMETER.lastIndex = position;
    const parameter = PARAMETER.exec(header);
    if (parameter !== null) {
      const value = parameter[2]?.replaceAll(/\\(.)/g, "$1") ?? parameter[3] ?? "";
      challenges.at(-1)?.parameters.set((parameter[1] ?? "").toLowerCase(), value);
      position = PARAMETER.lastIndex;
      continue;
    }
    SCHEME.lastIndex = position;
    const scheme = SCHEME.exec(header);
    if (scheme === null) break;
    challenges.push({ scheme: (scheme[1] ?? "").toLowerCase(), parameters: new Map() });
    position = SCHEME.lastIndex;
  }
  return challenges;
}
