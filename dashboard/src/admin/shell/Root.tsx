import { useLingui } from "@lingui/react/macro";
import { Outlet } from "@tanstack/react-router";
import { Announcer } from "../ui/announce";
import { OfflineBanner } from "./OfflineBanner";
import { SignedOutDialog } from "./SignedOutDialog";

/** Root holds what every page has: the skip link, the banner for a lost connection, and messages. */
export function Root() {
  const { t } = useLingui();
  return (
    <>
      <a className="skip-link" href="#main">{t`Skip to content`}</a>
      <OfflineBanner />
      <Outlet />
      <SignedOutDialog />
      <Announcer />
    </>
  );
}
