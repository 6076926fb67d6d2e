import { useLocation } from "wouter";
import { useLiveFeed } from "../data/use-live-feed.ts";
import { CommandPalette } from "./command-palette.tsx";
import { ConnectionNotice } from "./connection-notice.tsx";
import { DropOverlay } from "./drop-overlay.tsx";
import classes from "./frame.module.css";
import { Header } from "./header.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { LoggedOutScreen } from "./logged-out-screen.tsx";
import { Routes } from "./routes.tsx";
import { ShellNotice } from "./shell-notice.tsx";
import { Sidebar } from "./sidebar.tsx";
import { useConnection } from "./use-connection.ts";
import { useKeyboard } from "./use-keyboard.ts";
import { useShellCommands } from "./use-shell-commands.ts";
import { useShellMessages } from "./use-shell-messages.ts";

/** The frame around every screen: where one is, whether it is fresh, and everything that works everywhere. */
export function Frame() {
  useLiveFeed();
  useKeyboard();
  useShellCommands();
  useShellMessages();
  const connection = useConnection();
  const [pathname] = useLocation();
  if (connection.kind === "logged-out") return <LoggedOutScreen />;
  return (
    <div className={classes["frame"]}>
      <a className={classes["skip"]} href="#main">
        Skip to the content
      </a>
      <Sidebar pathname={pathname} />
      <div className={classes["column"]}>
        <Header connection={connection} />
        <ShellNotice />
        <ConnectionNotice connection={connection} />
        <main id="main" tabIndex={-1} className={classes["main"]}>
          <Routes />
        </main>
      </div>
      <CommandPalette />
      <HelpDialog />
      <DropOverlay />
    </div>
  );
}
