import { useLingui } from "@lingui/react/macro";
import { AppShell, Burger, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { ReactNode } from "react";
import { AccountMenu } from "./AccountMenu";
import { Brand } from "./Brand";
import { NavList, type NavItem } from "./NavList";
import { Switcher, type SwitcherProps } from "./Switcher";
import classes from "./shell.module.css";

interface ShellProps extends SwitcherProps {
  nav: NavItem[];
  children: ReactNode;
}

/** Shell is the frame of every signed-in page: the switcher, the page names below it, and the account menu. */
export function Shell({ nav, children, ...switcher }: ShellProps) {
  const { t } = useLingui();
  const [opened, menu] = useDisclosure(false);
  return (
    <AppShell
      header={{ height: { base: 56, sm: 0 } }}
      navbar={{ width: 256, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding={0}
      transitionDuration={150}
    >
      <AppShell.Header hiddenFrom="sm" className={classes.header}>
        <Group h="100%" px="md" gap="sm" wrap="nowrap">
          <Burger opened={opened} onClick={menu.toggle} size="sm" aria-label={opened ? t`Close the menu` : t`Open the menu`} aria-expanded={opened} />
          <Brand />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar}>
        <div className={classes.navbarTop}>
          <div className={classes.brand}><Brand /></div>
          <Switcher {...switcher} onChoose={menu.close} />
        </div>
        <nav aria-label={t`Pages`} className={classes.nav}><NavList items={nav} onChoose={menu.close} /></nav>
        <div className={classes.navbarFoot}><AccountMenu /></div>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} className={classes.main}>
        <div className={classes.page}>{children}</div>
      </AppShell.Main>
    </AppShell>
  );
}

/** Notice is a line above a page that holds for the whole campaign, such as that it is closed. */
export const Notice = ({ children }: { children: ReactNode }) => <p className={classes.notice} role="note">{children}</p>;
