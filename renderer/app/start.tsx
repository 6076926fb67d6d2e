import "@fontsource-variable/inter/index.css";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "@mantine/spotlight/styles.css";
import "../styles/base.css";
import { createRoot } from "react-dom/client";
import { openClient } from "../data/open-client.ts";
import { App } from "./app.tsx";
import { readStyleNonce } from "./style-nonce.ts";

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<App client={openClient(window)} styleNonce={readStyleNonce(document)} />);
