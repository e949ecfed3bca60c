import type { Catalogs } from "../ui/locale";

export const catalogs: Catalogs = {
  en: () => import("../../locales/admin/en.po"),
  es: () => import("../../locales/admin/es.po"),
};
