import { Trans } from "@lingui/react/macro";
import { Parts } from "../../ui/Parts";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { Link } from "../ui/Link";

interface MatchTextProps {
  status: Contact["match_status"];
}

/** MatchText says whether a person was found in the voter file. */
export function MatchText({ status }: MatchTextProps) {
  switch (status) {
    case "CONFIRMED": return <Trans>Voter found ✓</Trans>;
    case "REG_ELIGIBLE": return <Trans>Not registered, can register</Trans>;
    case "REG_INELIGIBLE": return <Trans>Can't register</Trans>;
    case "REG_UNCERTAIN": return <Trans>Not registered, not sure whether they can</Trans>;
    case "NO_MATCHES": return <Trans>Not in the voter file</Trans>;
    default: return <Trans>Not looked up in the voter file yet</Trans>;
  }
}

/** MatchLine says where the contact lives and whether they were found in the voter file, and leads to the match. */
export function MatchLine({ contact }: { contact: Contact }) {
  const { id, editable } = useCampaign();
  const place = [contact.city, contact.state].filter(Boolean).join(" ");
  return (
    <p className="muted">
      <Parts of={[
        place,
        <MatchText status={contact.match_status} />,
        editable && <Link to={{ screen: "match", campaign: id, who: contact.id }}>{contact.match_status === "CONFIRMED" ? <Trans>Change</Trans> : <Trans>Look up</Trans>}</Link>,
      ]} />
    </p>
  );
}
