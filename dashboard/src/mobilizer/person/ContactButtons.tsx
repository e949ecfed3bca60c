import { Trans } from "@lingui/react/macro";
import type { Contact } from "../data/campaign";
import { Icon } from "../ui/icons";
import { MessageButton } from "./MessageButton";

/** ContactButtons offers to message and to call a contact from the person's own phone. */
export function ContactButtons({ contact }: { contact: Contact }) {
  return (
    <div className="actions even">
      <MessageButton contact={contact} />
      {contact.phone && <a className="button" href={`tel:${contact.phone}`}><Icon name="phone" /><Trans>Call</Trans></a>}
    </div>
  );
}
