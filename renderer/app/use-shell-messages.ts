import { useMantineColorScheme } from "@mantine/core";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { shellMessage } from "#shared/contract/shell.ts";
import { desktopShell } from "../data/shell.ts";

/** On the desktop: goes where menus, the tray and links point, and lets native parts follow the theme. */
export function useShellMessages(): void {
  const [, navigate] = useLocation();
  const { colorScheme } = useMantineColorScheme();
  useEffect(() => {
    void desktopShell()?.setTheme(colorScheme === "auto" ? "system" : colorScheme);
  }, [colorScheme]);
  useEffect(() => {
    if (desktopShell() === undefined) return;
    const hear = (event: MessageEvent) => {
      const message = shellMessage.safeParse(event.data);
      if (event.source === window && event.origin === location.origin && message.success && message.data.kind === "rollcall.go")
        navigate(message.data.path);
    };
    addEventListener("message", hear);
    return () => removeEventListener("message", hear);
  }, [navigate]);
}
