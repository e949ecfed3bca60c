import "./add.css";
import { useLingui } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { Page } from "../ui/Page";
import { AddPage } from "./AddPage";
import { EndedText } from "./EndedText";
import { FilePage } from "./FilePage";
import { KnownPage } from "./KnownPage";
import { PastePage } from "./PastePage";

/** AddPages are the pages that add people. Nobody can be added to a campaign that has ended or that the person left. */
export function AddPages() {
  const { t } = useLingui();
  const { route, editable } = useCampaign();
  if (!editable) return <Page title={t`Add people`}><EndedText /></Page>;
  switch (route.screen) {
    case "paste": return <PastePage />;
    case "file": return <FilePage />;
    case "known": return <KnownPage />;
    default: return <AddPage />;
  }
}
