import { i18n, type Messages } from "@lingui/core";

export type Locale = "en" | "es";
export type Catalogs = Record<Locale, () => Promise<{ messages: Messages }>>;

export const locales: Record<Locale, string> = { en: "English", es: "Español" };

const storageKey = "kith-language";

/** preferredLocale returns the language chosen in this browser, or else the browser's own. */
export function preferredLocale(): Locale {
  const chosen = localStorage.getItem(storageKey) ?? navigator.language;
  return chosen.startsWith("es") ? "es" : "en";
}

/** activateLocale loads the messages of one part and shows them. */
export async function activateLocale(catalogs: Catalogs, locale: Locale) {
  const { messages } = await catalogs[locale]();
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale;
}

export async function chooseLocale(catalogs: Catalogs, locale: Locale) {
  localStorage.setItem(storageKey, locale);
  await activateLocale(catalogs, locale);
}
