/** The program that opens an address in the person's browser, with its arguments. */
export type BrowserCommand = { readonly program: string; readonly args: readonly string[] };

/**
 * How this system opens an address. The address is one of ours (loopback, a one-time secret), and it is passed as one
 * argument without a shell, so nothing in it is read as a command.
 */
export function browserCommand(platform: NodeJS.Platform, address: string): BrowserCommand {
  switch (platform) {
    case "darwin":
      return { program: "open", args: [address] };
    case "win32":
      return { program: "rundll32", args: ["url.dll,FileProtocolHandler", address] };
    default:
      return { program: "xdg-open", args: [address] };
  }
}
