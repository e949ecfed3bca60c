import { Trans, useLingui } from "@lingui/react/macro";
import { useMantineColorScheme, type MantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { signOut } from "../../signin/users";
import { locales, type Locale } from "../../ui/locale";
import { sessionQuery } from "../data/session";
import { chooseLanguage } from "../messages";
import { Icon } from "../ui/icons";
import { Menu, MenuDivider, MenuItem, MenuLabel } from "../ui/Menu";
import classes from "./shell.module.css";

const initials = (name: string) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => [...word][0]).join("").toUpperCase();

/** AccountMenu has the language, light or dark, the mobilizers' app for those who joined a campaign, and sign out. */
export function AccountMenu({ onHelp }: { onHelp?: () => void }) {
  const { t, i18n } = useLingui();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { data } = useQuery(sessionQuery);
  const schemes: Record<MantineColorScheme, string> = { auto: t`Same as the device`, light: t`Light`, dark: t`Dark` };
  const check = (yes: boolean) => (yes ? <Icon name="check" size={16} /> : undefined);
  const button = (
    <>
      <span className={classes.avatar} aria-hidden>{initials(data?.user.name ?? "")}</span>
      <span className={classes.menuText}>
        <span className={classes.menuTitle}>{data?.user.name ?? t`Account`}</span>
        <span className={classes.menuSubtitle}>{data?.user.email}</span>
      </span>
      <Icon name="chevronDown" size={16} />
    </>
  );
  return (
    <Menu label={t`Account`} button={(props) => <button type="button" className={classes.menuButton} {...props}>{button}</button>}>
      {(close) => (
        <>
          <MenuLabel><Trans>Language</Trans></MenuLabel>
          {(Object.keys(locales) as Locale[]).map((locale) => (
            <MenuItem key={locale} lang={locale} checked={i18n.locale === locale} end={check(i18n.locale === locale)} onClick={() => void chooseLanguage(locale)}>{locales[locale]}</MenuItem>
          ))}
          <MenuLabel><Trans>Colors</Trans></MenuLabel>
          {(Object.keys(schemes) as MantineColorScheme[]).map((scheme) => (
            <MenuItem key={scheme} checked={colorScheme === scheme} end={check(colorScheme === scheme)} onClick={() => setColorScheme(scheme)}>{schemes[scheme]}</MenuItem>
          ))}
          <MenuDivider />
          {!!data?.campaigns.length && <MenuItem onClick={() => location.assign("/m/")}><Trans>My campaigns as a mobilizer</Trans></MenuItem>}
          {onHelp && <MenuItem onClick={() => { close(); onHelp(); }}><Trans>Keyboard shortcuts</Trans></MenuItem>}
          <MenuItem onClick={() => void signOut()}><Trans>Sign out</Trans></MenuItem>
        </>
      )}
    </Menu>
  );
}
