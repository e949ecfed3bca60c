import { i18n } from "@lingui/core";
import { api } from "../api/client";
import { rememberLocale, type Locale } from "../ui/locale";
import { queryClient } from "./data/queryClient";

const catalogs = {
  en: () => Promise.all([import("../../locales/mobilizer/en.po"), import("../../locales/adding/en.po")]),
  es: () => Promise.all([import("../../locales/mobilizer/es.po"), import("../../locales/adding/es.po")]),
};

// Campaigns have texts in both languages; the API chooses by this header.
api.use({
  onRequest({ request }) {
    request.headers.set("Accept-Language", i18n.locale);
    return request;
  },
});

/** showLanguage loads the messages of a language and shows the app in it. */
export async function showLanguage(locale: Locale) {
  for (const { messages } of await catalogs[locale]()) i18n.load(locale, messages);
  i18n.activate(locale);
  document.documentElement.lang = locale;
}

/** chooseLanguage shows the app and the campaign in another language, also at the next start. */
export async function chooseLanguage(locale: Locale) {
  rememberLocale(locale);
  await showLanguage(locale);
  await queryClient.invalidateQueries();
}
