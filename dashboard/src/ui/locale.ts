export type Locale = "en" | "es";

export const locales: Record<Locale, string> = { en: "English", es: "Español" };

const storageKey = "kith-language";

/** preferredLocale returns the language chosen in this browser, or else the browser's own. */
export function preferredLocale(): Locale {
  const chosen = localStorage.getItem(storageKey) ?? navigator.language;
  return chosen.startsWith("es") ? "es" : "en";
}

export const rememberLocale = (locale: Locale) => localStorage.setItem(storageKey, locale);
