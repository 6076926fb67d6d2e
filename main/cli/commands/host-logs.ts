import type { CommandContext, Command } from "../command.ts";
import { word } from "../arguments.ts";
import { findApplication, findHost } from "../lookup.ts";
import { ERROR_CODES } from "#shared/errors/codes.ts";
import { inertJson, inertText } from "#shared/lib/shown-text.ts";

/** `rollcall host logs`: a person ends it by Ctrl-C, which is no failure and says no more than its exit code. */
export const hostLogs: Command = {
  words: ["host", "logs"],
  summary: "Follow what an application on a host writes, for ten minutes at most",
  usage: "rollcall host logs HOST PRODUCT-ID",
  options: {},
  run: async (context, given) => {
    const { client, output, signal } = context;
    const host = await findHost(client, word(given, 0, "The host"));
    const application = await findApplication(client, word(given, 1, "The product id"));
    try {
      const pieces = await client.hosts.followLog({ hostId: host.id, applicationId: application.id }, { signal });
      for await (const { text } of pieces) await write(context, text);
    } catch (thrown) {
      if (!signal.aborted) throw thrown;
    }
    if (signal.aborted) return ERROR_CODES.CANCELLED.exit;
    output.note(`It was followed for as long as one may. Follow on: rollcall host logs ${host.name} ${application.productId}`);
    return 0;
  },
};

/** With --json a line is one piece, so that the reader of a pipe sees it at once. */
function write({ output }: CommandContext, text: string): Promise<void> {
  return output.raw(output.json ? `${inertJson(JSON.stringify({ text }))}\n` : inertText(text));
}
