import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { Contact } from "../data/campaign";
import { NotFoundPage } from "../NotFoundPage";
import { fullName } from "../people/names";
import { goTo, pathOf } from "../route";
import { Page } from "../ui/Page";
import { Problem } from "../ui/State";
import { ActionItems } from "./ActionItems";
import { ContactButtons } from "./ContactButtons";
import { EditForm } from "./EditForm";
import { History } from "./History";
import { KeyQuestion } from "./KeyQuestion";
import { MatchLine } from "./MatchLine";
import { Notes } from "./Notes";
import { RemoveButton } from "./RemoveButton";
import { usePerson } from "./usePerson";
import { VotePlan } from "./VotePlan";

/** PersonPage shows one contact. */
export function PersonPage() {
  const { id, contacts, route, outbox } = useCampaign();
  const asked = route.screen === "person" ? route.contact : "";
  const contact = contacts.find((c) => c.id === outbox.resolve(asked)) ?? contacts.find((c) => c.id === asked);
  const known = contact?.id;
  useEffect(() => {
    if (known && known !== asked) goTo(pathOf({ screen: "person", campaign: id, contact: known }), { replace: true });
  }, [known, asked, id]);
  return contact ? <Person contact={contact} /> : <NotFoundPage />;
}

function Person({ contact }: { contact: Contact }) {
  const { editable } = useCampaign();
  const [editing, setEditing] = useState(false);
  const { details, error, refetch } = usePerson(contact.id);
  const changeable = editable && !editing;
  return (
    <Page title={fullName(contact)} aside={changeable && <button type="button" className="quiet" onClick={() => setEditing(true)}><Trans>Edit</Trans></button>}>
      <MatchLine contact={contact} />
      {!editing && <ContactButtons contact={contact} />}
      {editing && <EditForm contact={contact} onDone={() => setEditing(false)} />}
      <KeyQuestion contact={contact} />
      {details && <History contact={contact} answers={details.answers} />}
      <ActionItems contact={contact} responses={details?.responses} />
      <VotePlan contact={contact} />
      <Notes contact={contact} notes={details?.notes} />
      {changeable && <RemoveButton contact={contact} details={details} />}
      {error && !details && <Problem error={error} retry={() => void refetch()} />}
    </Page>
  );
}
