import { Trans } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { Link } from "../ui/Link";
import { newDraftPerson, type DraftPerson } from "./draft";
import { canPick, pickContacts } from "./picker";

interface WaysProps {
  onAdd: (people: DraftPerson[]) => Promise<void>;
}

/** Ways are the ways to add many people at once. */
export function Ways({ onAdd }: WaysProps) {
  const { id } = useCampaign();
  const pick = async () => {
    const rows = await pickContacts();
    if (rows.length > 0) await onAdd(rows.map((row) => newDraftPerson(row, true)));
  };
  return (
    <div className="ways">
      {canPick() && <button type="button" onClick={() => void pick()}><Trans>From the phone</Trans></button>}
      <Link className="button" to={{ screen: "paste", campaign: id }}><Trans>Paste a list</Trans></Link>
      <Link className="button" to={{ screen: "file", campaign: id }}><Trans>From a file</Trans></Link>
      <Link className="button" to={{ screen: "known", campaign: id }}><Trans>From earlier campaigns</Trans></Link>
    </div>
  );
}
