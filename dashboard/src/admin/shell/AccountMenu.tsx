import { Trans, useLingui } from "@lingui/react/macro";
import { Menu, useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { signOut } from "../../signin/users";
import { locales, type Locale } from "../../ui/locale";
import { sessionQuery } from "../data/session";
import { chooseLanguage } from "../messages";
import { Icon } from "../ui/icons";
import classes from "./shell.module.css";

const initials = (name: string) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();

/** AccountMenu has the language, light or dark, the person's own campaigns, and sign out. */
export function AccountMenu() {
  const { t, i18n } = useLingui();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { data } = useQuery(sessionQuery);
  const schemes: Record<MantineColorScheme, string> = { auto: t`As the device`, light: t`Light`, dark: t`Dark` };
  const chosen = (yes: boolean) => (yes ? <Icon name="check" size={16} /> : undefined);
  return (
    <Menu width={240} position="top-start">
      <Menu.Target>
        <button type="button" className={classes.menuButton}>
          <span className={classes.avatar} aria-hidden>{initials(data?.user.name ?? "")}</span>
          <span className={classes.menuText}>
            <span className={classes.menuTitle}>{data?.user.name ?? t`Account`}</span>
            <span className={classes.menuSubtitle}>{data?.user.email}</span>
          </span>
          <Icon name="chevronDown" size={16} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label><Trans>Language</Trans></Menu.Label>
        {(Object.keys(locales) as Locale[]).map((locale) => (
          <Menu.Item key={locale} lang={locale} role="menuitemradio" aria-checked={i18n.locale === locale} rightSection={chosen(i18n.locale === locale)} onClick={() => void chooseLanguage(locale)}>{locales[locale]}</Menu.Item>
        ))}
        <Menu.Label><Trans>Colors</Trans></Menu.Label>
        {(Object.keys(schemes) as MantineColorScheme[]).map((scheme) => (
          <Menu.Item key={scheme} role="menuitemradio" aria-checked={colorScheme === scheme} rightSection={chosen(colorScheme === scheme)} onClick={() => setColorScheme(scheme)}>{schemes[scheme]}</Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => void signOut()}><Trans>Sign out</Trans></Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
