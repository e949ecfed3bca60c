import { i18n } from "@lingui/core";
import { messages as addingInEnglish } from "../../locales/adding/en.po";
import { messages as addingInSpanish } from "../../locales/adding/es.po";
import { messages as en } from "../../locales/mobilizer/en.po";
import { messages as es } from "../../locales/mobilizer/es.po";
import { api } from "../api/client";
import { rememberLocale, type Locale } from "../ui/locale";
import { queryClient } from "./data/queryClient";

// Both languages are part of the first load: 6 kB more, but one round of requests less.
const catalogs = { en: [en, addingInEnglish], es: [es, addingInSpanish] };

// Campaigns have texts in both languages; the API chooses by this header.
api.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", i18n.locale);
    return request;
  },
});

/** showLanguage shows the app in a language. */
export function showLanguage(locale: Locale) {
  for (const messages of catalogs[locale]) i18n.load(locale, messages);
  i18n.activate(locale);
  document.documentElement.lang = locale;
}

/** chooseLanguage shows the app and the campaign in another language, also at the next start. */
export async function chooseLanguage(locale: Locale) {
  rememberLocale(locale);
  showLanguage(locale);
  await queryClient.invalidateQueries();
}
