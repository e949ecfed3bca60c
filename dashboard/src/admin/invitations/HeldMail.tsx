import { useQuery } from "@tanstack/react-query";
import { mailStatusQuery } from "../data/mail";
import { useCampaign } from "../shell/CampaignContext";
import { MailAlerts } from "../ui/MailAlerts";
import { invitationsKey } from "./queries";

/** HeldMail says why the organization's email is held. Owners resume it there. */
export function HeldMail() {
  const { campaign, organization, owner } = useCampaign();
  const mail = useQuery(mailStatusQuery(organization.id));
  return mail.data && <MailAlerts mail={mail.data} organization={organization.id} owner={owner} changes={[invitationsKey(campaign.id)]} />;
}
