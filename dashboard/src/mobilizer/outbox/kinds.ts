import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Write } from "../data/writes";

/** kindMessages names what a write does. */
export const kindMessages: Record<Write["kind"], MessageDescriptor> = {
  add: msg`New people`,
  answer: msg`Answer`,
  clearAnswer: msg`Answer cleared`,
  respond: msg`Action item`,
  withdraw: msg`Action item withdrawn`,
  addNote: msg`Note`,
  editNote: msg`Note changed`,
  deleteNote: msg`Note deleted`,
  votePlan: msg`Vote plan`,
  edit: msg`Details changed`,
  remove: msg`Removed`,
  match: msg`Voter file`,
  resetMatch: msg`Voter file, reset`,
  profile: msg`Your profile`,
  consent: msg`Your consent`,
  ownMatch: msg`Your own match`,
  resetOwnMatch: msg`Your own match, reset`,
};

/** textOf returns the text that a person typed for a write; undefined if it has none. */
export function textOf(write: Write): string | undefined {
  switch (write.kind) {
    case "addNote": case "editNote": return write.content;
    case "votePlan": return write.text;
    case "respond": return write.response.text;
    default: return undefined;
  }
}

/** withConfirmedPlace returns a write that confirms a state which the zip code contradicts. */
export function withConfirmedPlace(write: Write): Write {
  return write.kind === "edit" || write.kind === "profile" ? { ...write, changes: { ...write.changes, confirm_place: true } } as Write : write;
}

/** withText returns a write with another text. */
export function withText(write: Write, text: string): Write {
  switch (write.kind) {
    case "addNote": case "editNote": return { ...write, content: text };
    case "votePlan": return { ...write, text };
    case "respond": return { ...write, response: { text } };
    default: return write;
  }
}
