import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { ActionItem, Contact } from "../data/campaign";
import { callName } from "../people/names";
import { Dialog } from "../ui/Dialog";
import { Icon } from "../ui/icons";
import { messageText, smsAddress } from "./message";

interface MessageButtonProps {
  contact: Contact;
  item?: ActionItem;
  /** Called when the person says that they sent the message. */
  onSent?: () => void;
}

/** MessageButton opens a message to a contact, which the person sends from their own phone. */
export function MessageButton({ contact, item, onSent }: MessageButtonProps) {
  const { t, i18n } = useLingui();
  const { editable } = useCampaign();
  const [open, setOpen] = useState(false);
  const name = callName(contact);
  const text = messageText(item, contact, i18n.locale) ?? (item ? undefined : t`Hi ${name}! `);
  if (text === undefined || !editable) return null;
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}><Icon name="message" /><Trans>Message</Trans></button>
      <Dialog open={open} onClose={() => setOpen(false)} title={t`Message to ${name}`}>
        <MessageForm contact={contact} text={text} onSent={onSent && (() => { setOpen(false); onSent(); })} />
      </Dialog>
    </>
  );
}

interface MessageFormProps {
  contact: Contact;
  text: string;
  onSent?: () => void;
}

function MessageForm({ contact, text, onSent }: MessageFormProps) {
  const [draft, setDraft] = useState(text);
  const [handedOver, setHandedOver] = useState(false);
  const canShare = typeof navigator.share === "function";
  const share = async () => {
    try {
      await navigator.share({ text: draft });
      setHandedOver(true);
    } catch { /* the person closed the sheet */ }
  };
  const copy = async () => {
    await navigator.clipboard.writeText(draft);
    setHandedOver(true);
  };
  return (
    <>
      <label><Trans>Text</Trans><textarea rows={6} value={draft} onChange={(e) => setDraft(e.target.value)} /></label>
      <p className="muted"><Trans>You send it from your own phone. Kith sends nothing and sees nothing.</Trans></p>
      <div className="actions even">
        {(contact.phone || !canShare) && <a className="button primary" href={smsAddress(contact.phone, draft)} onClick={() => setHandedOver(true)}><Trans>Text message</Trans></a>}
        {canShare && <button type="button" className={contact.phone ? "" : "primary"} onClick={() => void share()}><Trans>Share</Trans></button>}
        <button type="button" onClick={() => void copy()}><Trans>Copy</Trans></button>
      </div>
      {handedOver && onSent && (
        <div role="status">
          <p><strong><Trans>Did you send it?</Trans></strong></p>
          <button type="button" onClick={onSent}><Trans>Yes, I sent it</Trans></button>
        </div>
      )}
    </>
  );
}
