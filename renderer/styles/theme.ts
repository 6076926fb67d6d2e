import { createTheme, defaultVariantColorsResolver, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";
import { STATUS_TOKENS } from "./status-tokens.ts";
import { SURFACE_TOKENS } from "./surface-tokens.ts";

const INK: MantineColorsTuple = [
  "#f4f5f7",
  "#e9ebee",
  "#cdd1d9",
  "#aab1bd",
  "#828b9b",
  "#636d7e",
  "#4c5565",
  "#394150",
  "#1d222b",
  "#12151b",
];
const ROSE: MantineColorsTuple = [
  "#fff0f4",
  "#ffdde6",
  "#ffb6c9",
  "#ff9d94",
  "#ff7a70",
  "#f0436f",
  "#e0245c",
  "#d1004b",
  "#bd0043",
  "#a3003a",
];

const SANS = '"Inter Variable", system-ui, -apple-system, "Segoe UI", sans-serif';
const MONO = 'ui-monospace, "SF Mono", "JetBrains Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace';

/**
 * Ink for actions, so that colour is left to status. Shades are chosen for WCAG AA: Mantine's own defaults fail it on
 * filled buttons and error text.
 */
export const theme = createTheme({
  colors: { ink: INK, red: ROSE },
  primaryColor: "ink",
  primaryShade: { light: 8, dark: 1 },
  autoContrast: true,
  luminanceThreshold: 0.4,
  fontFamily: SANS,
  fontFamilyMonospace: MONO,
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.125rem" },
  lineHeights: { xs: "1.35", sm: "1.4", md: "1.5", lg: "1.5", xl: "1.5" },
  headings: {
    fontFamily: SANS,
    fontWeight: "620",
    sizes: {
      h1: { fontSize: "1.375rem", lineHeight: "1.3" },
      h2: { fontSize: "0.9375rem", lineHeight: "1.4" },
      h3: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  defaultRadius: "md",
  radius: { xs: "4px", sm: "5px", md: "7px", lg: "10px", xl: "14px" },
  cursorType: "pointer",
  respectReducedMotion: true,
  focusRing: "auto",
  variantColorResolver: (input) => {
    const resolved = defaultVariantColorsResolver(input);
    if (input.variant === "filled" && input.color === "red")
      return { ...resolved, background: "var(--rc-danger)", hover: "var(--rc-danger-hover)", color: "var(--rc-danger-text)" };
    // Why not autoContrast: it judges by the shade of the light scheme.
    if (input.variant === "filled") return { ...resolved, color: "var(--rc-on-ink)" };
    return resolved;
  },
  components: {
    Button: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    Textarea: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    NumberInput: { defaultProps: { size: "sm" } },
    Switch: { defaultProps: { size: "sm", thumbIcon: null } },
    Checkbox: { defaultProps: { iconColor: "var(--rc-on-ink)" } },
    Radio: { defaultProps: { iconColor: "var(--rc-on-ink)" } },
    Modal: {
      defaultProps: { centered: true, radius: "lg", overlayProps: { backgroundOpacity: 0.45 }, transitionProps: { duration: 120 } },
    },
    Drawer: { defaultProps: { transitionProps: { duration: 140 } } },
    Tooltip: {
      defaultProps: { openDelay: 350, withArrow: true, multiline: true, maw: 320, events: { hover: true, focus: true, touch: true } },
    },
    Menu: { defaultProps: { transitionProps: { duration: 100 }, shadow: "md" } },
  },
});

const prefixed = (scheme: "light" | "dark"): Record<string, string> => {
  const variables: Record<string, string> = {};
  for (const [name, pair] of [...Object.entries(SURFACE_TOKENS), ...Object.entries(STATUS_TOKENS)])
    variables[`--rc-${name}`] = pair[scheme];
  return variables;
};

const mantineOverrides = (scheme: "light" | "dark"): Record<string, string> => ({
  "--mantine-color-body": SURFACE_TOKENS.page[scheme],
  "--mantine-color-text": SURFACE_TOKENS.text[scheme],
  "--mantine-color-dimmed": SURFACE_TOKENS["text-faint"][scheme],
  "--mantine-color-placeholder": SURFACE_TOKENS["text-faint"][scheme],
  "--mantine-color-error": STATUS_TOKENS.failed[scheme],
  "--mantine-color-anchor": SURFACE_TOKENS.accent[scheme],
  "--mantine-color-default-border": SURFACE_TOKENS["line-strong"][scheme],
  "--mantine-color-default-hover": SURFACE_TOKENS.hover[scheme],
  "--mantine-color-default": SURFACE_TOKENS.raised[scheme],
});

/** Puts our tokens beside Mantine's variables, so that every style sheet reads one set of names. */
export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    ...prefixed("light"),
    ...mantineOverrides("light"),
    "--rc-danger": "#bd0043",
    "--rc-danger-hover": "#a3003a",
    "--rc-danger-text": "#ffffff",
  },
  dark: {
    ...prefixed("dark"),
    ...mantineOverrides("dark"),
    "--rc-danger": "#ff7a70",
    "--rc-danger-hover": "#ff958c",
    "--rc-danger-text": "#1a0508",
  },
});
