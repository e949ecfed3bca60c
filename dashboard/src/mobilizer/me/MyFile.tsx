import { Trans } from "@lingui/react/macro";
import { saveFile } from "../../ui/saveFile";
import { useCampaign } from "../CampaignContext";
import { writeVcards } from "./vcard";

/** MyFile saves the person's own contacts as a file, which is made on the phone. */
export function MyFile() {
  const { campaign, contacts } = useCampaign();
  if (contacts.length === 0) return null;
  const name = campaign.name.replace(/[^\p{L}\p{N}]+/gu, "-").toLowerCase() + ".vcf";
  return (
    <section>
      <h2><Trans>My file</Trans></h2>
      <p className="muted"><Trans>Your people with their phone numbers and email addresses, for the contacts app of your phone.</Trans></p>
      <button type="button" onClick={() => saveFile(name, writeVcards(contacts), "text/vcard")}><Trans>Save my people as a file</Trans></button>
    </section>
  );
}
