import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { useState } from "react";
import type { ContractClient } from "#shared/contract/index.ts";
import { PanelBoundary } from "../components/panel-boundary.tsx";
import { ClientProvider } from "../data/client-context.tsx";
import { createQueryClient } from "../data/query-client.ts";
import { cssVariablesResolver, theme } from "../styles/theme.ts";
import { showActionError } from "./action-error-toast.tsx";
import { Frame } from "./frame.tsx";

/** The console: everything it needs, and the frame. */
export function App({ client, styleNonce }: { readonly client: ContractClient; readonly styleNonce: string }) {
  const [queries] = useState(() => createQueryClient(showActionError));
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariablesResolver} defaultColorScheme="auto" getStyleNonce={() => styleNonce}>
      <ClientProvider client={client}>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" limit={4} />
          <PanelBoundary>
            <Frame />
          </PanelBoundary>
        </QueryClientProvider>
      </ClientProvider>
    </MantineProvider>
  );
}
