import { useLingui } from "@lingui/react/macro";
import { useMediaQuery } from "@mantine/hooks";
import { useState, type ReactNode } from "react";
import { Icon } from "../ui/icons";
import { useShortcut } from "../ui/shortcuts";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { NavList, type NavItem } from "./NavList";
import { ShortcutHelp } from "./ShortcutHelp";
import { Switcher, type SwitcherProps } from "./Switcher";
import classes from "./shell.module.css";

interface ShellProps extends SwitcherProps {
  nav: NavItem[];
  children: ReactNode;
}

/**
 * Shell is the frame of every signed-in page: the switcher, the page names below it, and the account menu. On small
 * screens they are a menu that covers the page and closes on choice.
 */
export function Shell({ nav, children, ...switcher }: ShellProps) {
  const { t } = useLingui();
  const [opened, setOpened] = useState(false);
  const [help, setHelp] = useState(false);
  useShortcut("?", () => setHelp(true));
  const close = () => setOpened(false);
  const small = useMediaQuery("(max-width: 48em)");
  return (
    <div className={classes.shell} data-menu={opened || undefined}>
      <header className={classes.header}>
        <button type="button" className={classes.burger} aria-expanded={opened} aria-controls="navigation" aria-label={opened ? t`Close the menu` : t`Open the menu`} onClick={() => setOpened(!opened)}>
          <Icon name={opened ? "close" : "menu"} size={22} />
        </button>
        <Brand />
        <span className={classes.place} aria-hidden>{(switcher.campaign ?? switcher.organization).name}</span>
      </header>
      <aside id="navigation" aria-label={t`Campaign and account`} className={classes.sidebar}>
        <div className={classes.brand}><Brand /></div>
        <Switcher {...switcher} onChoose={close} />
        <nav aria-label={t`Pages`} className={classes.nav}><NavList items={nav} onChoose={close} /></nav>
        <div className={classes.sidebarFoot}><AccountMenu onHelp={() => setHelp(true)} /></div>
      </aside>
      <main id="main" tabIndex={-1} inert={opened && small} className={classes.main}>
        <div className={classes.page}>{children}</div>
      </main>
      <ShortcutHelp opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

/** Notice is a line above a page that holds for the whole campaign, such as that it is closed. */
export const Notice = ({ children }: { children: ReactNode }) => <p className={classes.notice} role="note">{children}</p>;
