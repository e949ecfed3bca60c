import { useLingui } from "@lingui/react/macro";
import { OutsideShell } from "../shell/OutsideShell";
import { Page } from "../ui/Page";

export default function StartPage() {
  const { t } = useLingui();
  return <OutsideShell><Page title={t`Create an organization`}>{null}</Page></OutsideShell>;
}
