/** One number of a scrape. */
export type ScrapedSample = { readonly name: string; readonly labels: Readonly<Record<string, string>>; readonly value: number };

/** Everything of one name, as a scraper understands it. */
export type ScrapedFamily = { readonly name: string; readonly type: string; readonly help: string; readonly samples: ScrapedSample[] };

/** Suffixes that samples of these types add to the name of their family. */
const SUFFIXES: Readonly<Record<string, readonly string[]>> = { histogram: ["_bucket", "_sum", "_count"], summary: ["", "_sum", "_count"] };

/**
 * Parses the Prometheus text format 0.0.4 to the letter, as a scraper does: whatever it does not allow is thrown. Reads
 * character by character, so that quotes and braces within label values mean nothing.
 */
export function parseExposition(text: string): ReadonlyMap<string, ScrapedFamily> {
  if (!text.endsWith("\n")) throw new Error("the last line has no end");
  const families = new Map<string, { name: string; type: string; help: string; samples: ScrapedSample[] }>();
  const familyOf = (name: string) => {
    const known = families.get(name) ?? { name, type: "untyped", help: "", samples: [] };
    families.set(name, known);
    return known;
  };
  for (const line of text.slice(0, -1).split("\n")) {
    if (line === "") continue;
    if (line.startsWith("# ")) {
      const [, keyword, name = "", ...rest] = line.split(" ");
      const family = familyOf(name);
      if (family.samples.length > 0) throw new Error(`${line}: comes after samples of it`);
      if (keyword === "TYPE") {
        if (family.type !== "untyped") throw new Error(`${name} has two types`);
        family.type = rest.join(" ");
      } else if (keyword === "HELP") family.help = rest.join(" ");
    } else {
      const sample = parseSample(line);
      const owner = [...families.values()].find(({ name, type }) =>
        (SUFFIXES[type] ?? [""]).some((suffix) => `${name}${suffix}` === sample.name),
      );
      if (owner === undefined) throw new Error(`${sample.name} has no type`);
      if (owner.samples.some((one) => one.name === sample.name && isSame(one.labels, sample.labels)))
        throw new Error(`${line}: stands there twice`);
      owner.samples.push(sample);
    }
  }
  return families;
}

function parseSample(line: string): ScrapedSample {
  let at = 0;
  const fail = (why: string): never => {
    throw new Error(`${line}: ${why} at ${at}`);
  };
  const word = (first: RegExp, rest: RegExp): string => {
    const from = at;
    if (!first.test(line[at] ?? "")) fail("a name is missing");
    while (rest.test(line[at] ?? "")) at += 1;
    return line.slice(from, at);
  };
  const expect = (character: string): void => void (line[at] === character ? (at += 1) : fail(`${character} is missing`));
  const quoted = (): string => {
    expect('"');
    let value = "";
    while (line[at] !== '"') {
      if (at >= line.length) fail("a value has no end");
      if (line[at] !== "\\") value += line[at];
      else {
        at += 1;
        value += { n: "\n", "\\": "\\", '"': '"' }[line[at] ?? ""] ?? fail("no such escape");
      }
      at += 1;
    }
    at += 1;
    return value;
  };
  const name = word(/[a-zA-Z_:]/, /[a-zA-Z0-9_:]/);
  const labels: Record<string, string> = {};
  if (line[at] === "{") {
    at += 1;
    while (line[at] !== "}") {
      const label = word(/[a-zA-Z_]/, /[a-zA-Z0-9_]/);
      if (label in labels) fail(`${label} stands there twice`);
      expect("=");
      labels[label] = quoted();
      if (line[at] === ",") at += 1;
    }
    at += 1;
  }
  expect(" ");
  const value = parseValue(line.slice(at));
  return { name, labels, value };
}

function parseValue(text: string): number {
  // As Go's ParseFloat has it, by which the format goes: whatever the case.
  const special = { nan: Number.NaN, "+inf": Infinity, "-inf": -Infinity }[text.toLowerCase()];
  if (special !== undefined) return special;
  const value = Number(text);
  if (text === "" || Number.isNaN(value)) throw new Error(`${text} is no number`);
  return value;
}

const isSame = (left: Readonly<Record<string, string>>, right: Readonly<Record<string, string>>): boolean =>
  Object.keys(left).length === Object.keys(right).length && Object.entries(left).every(([label, value]) => right[label] === value);

/** The sum of a family's samples that carry these labels; 0 where there are none. */
export function sumOf(families: ReadonlyMap<string, ScrapedFamily>, name: string, labels: Readonly<Record<string, string>> = {}): number {
  const samples = families.get(name)?.samples ?? [];
  const wanted = samples.filter((one) => Object.entries(labels).every(([label, value]) => one.labels[label] === value));
  return wanted.reduce((sum, one) => sum + one.value, 0);
}

/** Scrapes a running control plane as Prometheus would. */
export async function scrape(target: { readonly url: string; readonly token: string }): Promise<ReadonlyMap<string, ScrapedFamily>> {
  const answer = await fetch(new URL("/metrics", target.url), { headers: { authorization: `Bearer ${target.token}` } });
  if (answer.status !== 200) throw new Error(`a scrape was answered with ${answer.status}: ${await answer.text()}`);
  return parseExposition(await answer.text());
}
