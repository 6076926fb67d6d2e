import "./app/schema-setup.ts";
import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "./styles/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { readStyleNonce } from "./app/style-nonce.ts";
import { openClient } from "./data/open-client.ts";

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App client={openClient(window)} styleNonce={readStyleNonce(document)} />);
