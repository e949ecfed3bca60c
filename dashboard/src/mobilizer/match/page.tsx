import { useLingui } from "@lingui/react/macro";
import { Page } from "../ui/Page";

/** MatchPage is the page at the address of the campaign's match pages. */
export default function MatchPage() {
  const { t } = useLingui();
  return <Page title={t`Find them in the voter file`}>{null}</Page>;
}
