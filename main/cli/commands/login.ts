import { text } from "node:stream/consumers";
import { AppError } from "#shared/errors/app-error.ts";
import { contractClient } from "#main/client/contract-client.ts";
import { flag, textOption } from "../arguments.ts";
import type { Command } from "../command.ts";
import { parsePin, saveTarget } from "../target.ts";

const login: Command = {
  words: ["login"],
  summary: "Keep an API token for later commands (read from stdin), or make a login link for a browser",
  usage: "rollcall login --url URL [--pin SHA256] < token-file    |    rollcall login --link",
  options: { link: { type: "boolean" } },
  needsTarget: (given) => flag(given, "link"),
  run: async (context, given) => {
    const { output } = context;
    if (flag(given, "link")) {
      const link = await context.client.access.createLoginLink();
      return output.result(link, [link.url]);
    }
    const url = textOption(given, "url");
    if (url === undefined || !URL.canParse(url)) throw new AppError("INPUT_INVALID", "Say where with --url https://…; nothing was kept.");
    if (process.stdin.isTTY) output.note("Paste the API token, then press Enter and Ctrl-D:");
    const token = (await text(process.stdin)).trim();
    const pin = textOption(given, "pin") ?? context.environment["ROLLCALL_PIN"];
    const target = { url, token, ...(pin === undefined ? {} : { certificatePin: parsePin(pin) }) };
    const who = await contractClient(target).system.whoami();
    const path = await saveTarget(context.environment, target);
    return output.result(who, [`Logged in to ${url} as ${who.name} (${who.role}); kept in ${path}.`]);
  },
};

const whoami: Command = {
  words: ["whoami"],
  summary: "Show who you are there and what you may do",
  usage: "rollcall whoami",
  options: {},
  run: async ({ client, output, target }) => {
    const who = await client.system.whoami();
    output.result({ url: target.url, ...who }, [`${who.name} (${who.role}) at ${target.url}`]);
  },
};

/** `rollcall login`, `rollcall whoami` */
export const loginCommands: readonly Command[] = [login, whoami];
