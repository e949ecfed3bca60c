import type { ActionItem, Contact } from "../data/campaign";
import { callName } from "../people/names";

/** messageText returns an action item's message to a contact in a language; undefined if the item has none. */
export function messageText(item: ActionItem | undefined, contact: Contact, locale: string): string | undefined {
  const text = locale === "es" ? item?.message_es || item?.message : item?.message || item?.message_es;
  return text?.replaceAll("{first_name}", callName(contact));
}

/** smsAddress returns the address that opens the phone's messages with a text. */
export const smsAddress = (phone: string | undefined, text: string) => `sms:${phone ?? ""}?&body=${encodeURIComponent(text)}`;
