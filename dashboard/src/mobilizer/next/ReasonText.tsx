import { Trans } from "@lingui/react/macro";
import { useFormat } from "../../ui/format";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { callName } from "../people/names";
import type { Reason } from "./queue";

/** ReasonText says why a contact is next. */
export function ReasonText({ contact, reason }: { contact: Contact; reason: Reason }) {
  const { campaign } = useCampaign();
  const { ago } = useFormat(campaign.time_zone);
  const name = callName(contact);
  const answer = contact.key_question_response?.text;
  switch (reason.kind) {
    case "ask": return <Trans>You haven't asked {name} yet.</Trans>;
    case "item": return <Trans>{name} answered “{answer}”. There is something to do.</Trans>;
    case "again": return <Trans>{name} answered “{answer}”. You last talked {ago(reason.since)}.</Trans>;
    case "match": return <Trans>{name} isn't looked up in the voter file yet.</Trans>;
  }
}
