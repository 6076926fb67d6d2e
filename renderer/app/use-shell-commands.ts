import { useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { spotlight } from "@mantine/spotlight";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { clientError } from "../data/client-error.ts";
import { connectionStore } from "../data/connection-store.ts";
import { logOut } from "../data/log-out.ts";
import { desktopShell } from "../data/shell.ts";
import { commandStore, useCommand } from "../stores/command-store.ts";
import { helpStore } from "../stores/help-store.ts";
import { showActionError } from "./action-error-toast.tsx";
import { PLACES } from "./navigation.ts";
import { hasFeature } from "./routes.tsx";

/** Where the screen that owns a creating command opens it. */
const OPENED_BY_URL = [
  ["go.stores", "/settings/stores", "settings"],
  ["store.add", "/settings/stores?new=oci", "settings"],
  ["go.trust", "/settings/trust", "settings"],
  ["fleet.create", "/fleets?new=fleet", "fleets"],
  ["host.enrol", "/fleets?enrol=host", "fleets"],
  ["application.create", "/applications?new=application", "applications"],
  ["rollout.create", "/rollouts?new=rollout", "rollouts"],
  ["access.createToken", "/settings/access?new=token", "settings"],
  ["audit.verify", "/audit?verify=now", "audit"],
] as const;

/** Makes the commands of the frame work: places, creating things, palette, help, theme and the filter field. */
export function useShellCommands(): void {
  const [, navigate] = useLocation();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme("light");
  useCommand("view.palette", () => spotlight.open());
  useCommand("view.help", () => helpStore.getState().open());
  useCommand("view.theme", () => setColorScheme(scheme === "dark" ? "light" : "dark"));
  useCommand("view.filter", focusFilter);
  useCommand("session.end", endSession, desktopShell() === undefined ? undefined : "This window is the desktop’s own; it has no session.");
  useEffect(() => {
    const { register } = commandStore.getState();
    const places = PLACES.filter((place) => hasFeature(place.feature)).map((place) =>
      register(place.command, { run: () => navigate(place.href) }),
    );
    const opened = OPENED_BY_URL.filter(([, , feature]) => hasFeature(feature)).map(([id, href]) =>
      register(id, { run: () => navigate(href) }),
    );
    return () => {
      for (const forget of [...places, ...opened]) forget();
    };
  }, [navigate]);
}

function endSession(): void {
  logOut().then(
    () => connectionStore.getState().loggedOut(),
    (thrown: unknown) => showActionError(clientError(thrown), "You are still logged in."),
  );
}

/** Every screen marks its filter field so. */
function focusFilter(): void {
  document.querySelector<HTMLElement>("[data-filter-field] input, input[data-filter-field]")?.focus();
}
