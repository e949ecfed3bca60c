import { Trans, useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { forgetCampaign } from "../data/lastCampaign";
import { useCampaign } from "../shell/CampaignContext";
import { DeleteButton } from "../ui/DeleteButton";
import { Section } from "../ui/Section";
import { deleteCampaign } from "./queries";

/** DeleteSection deletes a campaign that was never published. */
export function DeleteSection() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const navigate = useNavigate();
  const remove = async () => {
    await deleteCampaign(campaign.id, campaign.revision);
    forgetCampaign();
    await navigate({ to: "/o/$organization", params: { organization: campaign.organization_id }, replace: true });
  };
  const button = (
    <DeleteButton name={campaign.name} variant="outline" write={remove} changes={[["organizations", campaign.organization_id], ["session"]]}>
      <Trans>Its details, Key Question, passcode, action items, exports and revoked service tokens are deleted, and the address of its landing page is free again. This can't be undone.</Trans>
    </DeleteButton>
  );
  return <Section title={t`Delete the draft`} description={t`A draft can be deleted. A published campaign can only be closed.`} actions={button}>{null}</Section>;
}
