import { useLingui } from "@lingui/react/macro";
import { Page } from "../ui/Page";

/** AddPage is the page at the address of the campaign's add pages. */
export default function AddPage() {
  const { t } = useLingui();
  return <Page title={t`Add people`}>{null}</Page>;
}
