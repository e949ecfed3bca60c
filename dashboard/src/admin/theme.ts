import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from "@mantine/core";

const evergreen: MantineColorsTuple = [
  "#e9f7f3", "#d5ebe4", "#acd8ca", "#7fc3ad", "#5ab295", "#42a785", "#2f9a78", "#107a63", "#0b6b58", "#04594a",
];

// Shade 8 in light and 7 in dark keep links and buttons at a contrast of 4.5 or more.
// The grays of Mantine's dark scheme, with a tint of the brand's green like every other surface.
const dark: MantineColorsTuple = [
  "#e3e9e6", "#c3ccc8", "#a9b4b0", "#7d8985", "#6b7873", "#39413f", "#232a28", "#171c1a", "#121615", "#0c0f0e",
];

export const theme = createTheme({
  colors: { evergreen, dark },
  primaryColor: "evergreen",
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  defaultRadius: "md",
  cursorType: "pointer",
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif',
  components: {
    Paper: { styles: { root: { "--paper-border-color": "var(--kith-border)" } } },
    Table: { defaultProps: { borderColor: "var(--kith-border)" } },
    // A link has the size of the text around it.
    Anchor: { defaultProps: { inherit: true } },
    // Mantine's colors for titles are too faint on some of its backgrounds.
    Alert: { styles: { title: { color: "var(--mantine-color-text)" }, label: { color: "var(--mantine-color-text)" } } },
    InputWrapper: { styles: { label: { fontWeight: 600, fontSize: "0.875rem" }, description: { fontSize: "0.8125rem" }, error: { fontSize: "0.8125rem" } } },
  },
  headings: { fontWeight: "650", sizes: { h1: { fontSize: "1.625rem", lineHeight: "1.25" }, h2: { fontSize: "1.125rem", lineHeight: "1.4" }, h3: { fontSize: "1rem" } } },
});

// The border of a field must have a contrast of 3 to the page around it: Mantine draws it in gray 4 and dark 4.
// Alerts have the colors of tags: Mantine's are glaring in dark.
// Mantine's own gray for secondary text is too faint in dark, and so is its red under the pointer. Its quiet buttons are all nearly
// white in dark: one that deletes must look different from one that doesn't.
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { "--mantine-color-dimmed": "var(--kith-muted)", "--mantine-color-placeholder": "var(--kith-muted)", "--mantine-color-gray-4": "#87928e", "--mantine-color-default-border": "#c9d2ce", "--mantine-color-error": "#b42318", "--mantine-color-red-light-color": "#b42318", "--mantine-color-red-outline": "#b42318", "--mantine-color-red-light": "#fbe3e1", "--mantine-color-yellow-light": "#fdf0d5" },
  dark: { "--mantine-color-dimmed": "var(--kith-muted)", "--mantine-color-placeholder": "var(--kith-muted)", "--mantine-color-default-border": "#4a5552", "--mantine-color-body": "#171c1a", "--mantine-color-text": "#e3e9e6", "--mantine-color-default": "#232a28", "--mantine-color-error": "#ff9b93", "--mantine-color-red-light-color": "#ff9b93", "--mantine-color-red-light": "#4d1d1a", "--mantine-color-yellow-light": "#453307", "--mantine-color-evergreen-light": "#1d3831", "--mantine-color-red-light-hover": "#6b1a17", "--mantine-color-evergreen-light-color": "var(--mantine-color-evergreen-3)" },
});
