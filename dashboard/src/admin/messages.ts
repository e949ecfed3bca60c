import { i18n, type Messages } from "@lingui/core";
import { preferredLocale, rememberLocale, type Locale } from "../ui/locale";

// Each page has a catalog of its own, so that nobody loads the words of another page. shared has those of the frame and of
// the parts that pages share.
const catalogs = import.meta.glob<{ messages: Messages }>("../../locales/*/*.po");

const loaded = new Set<string>();

async function load(catalog: string, locale: Locale) {
  const { messages } = await catalogs[`../../locales/${catalog}/${locale}.po`]!();
  i18n.load(locale, messages);
}

/** loadMessages adds the words of a page, in the language of the moment. */
export async function loadMessages(catalog: string) {
  if (loaded.has(catalog)) return;
  await load(catalog, (i18n.locale || preferredLocale()) as Locale);
  loaded.add(catalog);
}

/** showLanguage shows everything that is loaded in another language. */
export async function showLanguage(locale: Locale) {
  loaded.add("shared");
  await Promise.all([...loaded].map((catalog) => load(catalog, locale)));
  i18n.activate(locale);
  document.documentElement.lang = locale;
}

export async function chooseLanguage(locale: Locale) {
  rememberLocale(locale);
  await showLanguage(locale);
}
