import { Trans, useLingui } from "@lingui/react/macro";
import { ExternalLink, Markdown } from "../../ui/Markdown";
import { useCampaign } from "../CampaignContext";
import { announce } from "../ui/announce";

/** AboutSection says what the campaign is about, and passes on its landing page. */
export function AboutSection() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const { organization, landing_page: address } = campaign;
  const passOn = async () => {
    try {
      if (typeof navigator.share === "function") return await navigator.share({ title: campaign.name, url: address });
      await navigator.clipboard.writeText(address);
      announce({ text: t`The link is copied` });
    } catch { /* the person closed the sheet */ }
  };
  return (
    <details>
      <summary><Trans>About {campaign.name}</Trans></summary>
      <p><ExternalLink address={organization.website ?? ""}>{organization.name}</ExternalLink></p>
      {campaign.description && <Markdown text={campaign.description} />}
      {campaign.status === "active" && <button type="button" onClick={() => void passOn()}><Trans>Invite a friend to join</Trans></button>}
    </details>
  );
}
