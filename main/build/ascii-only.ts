import type { Plugin } from "vite";

/** Characters beyond ASCII, one UTF-16 code unit at a time, as every string and regular expression takes them. */
const BEYOND_ASCII = /[^\0-\x7f]/g;

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/**
 * Writes a bundle in ASCII alone. V8 keeps the text of a program for as long as it runs, in two bytes a character when a
 * single one of them needs that: with this, an agent takes as many bytes less as its program has characters. Nothing that
 * goes into the agent may have such a character in a raw template, which would keep the escape as it is written.
 */
export function asciiOnly(): Plugin {
  return {
    name: "ascii-only",
    generateBundle: (_options, bundle) => {
      for (const output of Object.values(bundle)) if (output.type === "chunk") output.code = output.code.replaceAll(BEYOND_ASCII, escaped);
    },
  };
}
