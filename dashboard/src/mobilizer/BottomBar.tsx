import { Trans, useLingui } from "@lingui/react/macro";
import type { Route } from "./route";
import { Icon } from "./ui/icons";
import { Link } from "./ui/Link";

interface BottomBarProps {
  route: Extract<Route, { campaign: string }>;
  editable: boolean;
}

/** BottomBar leads to the three main pages, and to adding people. */
export function BottomBar({ route, editable }: BottomBarProps) {
  const { t } = useLingui();
  const { campaign, screen } = route;
  const current = (is: boolean) => (is ? "page" : undefined);
  return (
    <nav className="bottom-bar" aria-label={t`Pages`}>
      <Link to={{ screen: "next", campaign }} aria-current={current(screen === "next")}><Icon name="next" /><Trans>Next</Trans></Link>
      <Link to={{ screen: "people", campaign }} aria-current={current(screen === "people" || screen === "person")}><Icon name="people" /><Trans>People</Trans></Link>
      <Link to={{ screen: "me", campaign }} aria-current={current(screen === "me")}><Icon name="me" /><Trans>Me</Trans></Link>
      {editable && <Link to={{ screen: "add", campaign }} className="add" aria-label={t`Add people`}><Icon name="plus" /></Link>}
    </nav>
  );
}
