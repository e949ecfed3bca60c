import { useEffect, useState } from "react";
import { useCampaign } from "../CampaignContext";
import type { NewPerson } from "../data/writes";
import type { Outbox } from "../outbox/outbox";
import { newLocalId } from "../outbox/pending";
import { namesOf } from "../people/names";
import { goTo, pathOf } from "../route";
import { stateOfZip } from "../../ui/states";
import { doubtfulPlace } from "../ui/PlaceQuestion";
import { findDuplicates } from "./duplicates";
import { phoneReader, type NormalizedPhone } from "./phone";
import { emptyRow, hasName, type Row } from "./row";

/** DraftPerson is a person of the list to look over. Nothing of them leaves the phone before they are ticked and added. */
export interface DraftPerson extends Row {
  /** The local id that the person gets as a contact. */
  id: string;
  ticked: boolean;
  /** The phone number as it was read, if it is none or has an extension. */
  typedPhone?: string;
  phoneProblem?: NormalizedPhone["problem"];
  /** Id of the person in the address book. */
  entry?: string;
}

/** Draft is the list to look over. Its key changes with it, so that sending the same list again adds nobody twice. */
interface Draft {
  key: string;
  people: DraftPerson[];
}

const draftName = "add";
export const maxRows = 500;

/** withPhones returns people with their phone numbers in E.164 format, and the text of those that are none. */
export async function withPhones(people: DraftPerson[]): Promise<DraftPerson[]> {
  if (people.every(({ phone }) => phone === "")) return people;
  const read = await phoneReader();
  return people.map((person) => {
    const { phone, problem } = read(person.phone);
    return { ...person, phone, typedPhone: problem && person.phone, phoneProblem: problem };
  });
}

/** newDraftPerson returns a person with the fields that are known. A zip code gives the state, without which nobody is found in a voter file. */
export function newDraftPerson(row: { [F in keyof Row]?: Row[F] | undefined }, ticked: boolean): DraftPerson {
  const known: Row = { ...emptyRow, ...Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) };
  return { ...known, state: known.state || (stateOfZip(known.zip.trim()) ?? ""), id: newLocalId(), ticked };
}

/** withoutDuplicates unticks likely duplicates of the present people and within the list. */
export function withoutDuplicates(people: DraftPerson[], present: Parameters<typeof findDuplicates>[1]): DraftPerson[] {
  const duplicates = findDuplicates(people, present);
  return people.map((person, n) => ({ ...person, ticked: person.ticked && !duplicates[n] }));
}

const read = async (outbox: Outbox) => (await outbox.readDraft<Draft>(draftName))?.people ?? [];

const write = (outbox: Outbox, people: DraftPerson[]) =>
  outbox.writeDraft(draftName, people.length === 0 ? undefined : ({ key: crypto.randomUUID(), people } satisfies Draft));

/** useAppend returns a function that puts people on the list and shows it. */
export function useAppend() {
  const { id, outbox, contacts } = useCampaign();
  return async (people: DraftPerson[]) => {
    const present = await read(outbox);
    await write(outbox, [...withoutDuplicates(await withPhones(people), [...contacts, ...present]), ...present]);
    goTo(pathOf({ screen: "add", campaign: id }), { replace: true });
  };
}

/** toNewPerson returns a person as a write holds them. The list has shown a state that the zip code contradicts. */
export function toNewPerson({ entry, first_name, last_name, phone, email, city, state, zip }: DraftPerson): NewPerson {
  const fields = { address_book_entry_id: entry ?? "", first_name, last_name, phone, email, city, state, zip };
  const filled = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  return !entry && doubtfulPlace({ state, zip }) ? { ...filled, confirm_place: true } : filled;
}

export const canBeAdded = (person: DraftPerson) => person.ticked && (hasName(person) || person.entry !== undefined);

/** useDraft returns the list to look over, undefined until it is read, and functions that change it and send it. */
export function useDraft() {
  const { outbox } = useCampaign();
  const [people, setPeople] = useState<DraftPerson[]>();
  useEffect(() => {
    void read(outbox).then(setPeople);
  }, [outbox]);

  const change = async (next: DraftPerson[]) => {
    setPeople(next);
    await write(outbox, next);
  };

  /** send puts the ticked people into the outbox, in requests of 500, and empties the list. */
  const send = async () => {
    const draft = await outbox.readDraft<Draft>(draftName);
    const chosen = draft?.people.filter(canBeAdded) ?? [];
    for (let from = 0; from < chosen.length; from += maxRows) {
      const part = chosen.slice(from, from + maxRows);
      await outbox.enqueue({ kind: "add", people: part.map(toNewPerson), locals: part.map((p) => p.id) }, { about: namesOf(part), key: `${draft!.key}.${from}` });
    }
    await change([]);
  };
  return { people, change, send };
}
