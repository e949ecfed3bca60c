import { Trans, useLingui } from "@lingui/react/macro";
import { useState, type ChangeEvent } from "react";
import { Page } from "../ui/Page";
import { newDraftPerson, useAppend } from "./draft";
import type { Row } from "./row";

/** readFile reads the people in a vCard or CSV file. The code for a kind of file is loaded with the first one. */
async function readFile(file: File): Promise<Row[]> {
  const { decodeText, parseVCards } = await import("./vcard");
  const text = decodeText(new Uint8Array(await file.arrayBuffer()));
  const cards = parseVCards(text);
  if (cards.length > 0 || /BEGIN:VCARD/i.test(text)) return cards;
  return (await import("./csv")).parseCsv(text) ?? [];
}

/** FilePage reads people from a file, on the phone. */
export function FilePage() {
  const { t } = useLingui();
  const [empty, setEmpty] = useState<string>();
  const append = useAppend();
  const open = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    const rows = (await Promise.all(files.map(readFile))).flat();
    if (rows.length === 0) return setEmpty(files.map((file) => file.name).join(", "));
    await append(rows.map((row) => newDraftPerson(row, false)));
  };
  return (
    <Page title={t`From a file`}>
      <p><Trans>A file of contacts: .vcf from an iPhone or Android phone, or .csv from Google or Outlook.</Trans></p>
      <label>
        <Trans>Contacts file</Trans>
        <input type="file" multiple accept=".vcf,.csv,text/vcard,text/x-vcard,text/csv" onChange={(event) => void open(event)} />
      </label>
      {empty && <p role="alert" className="problem"><Trans>There are no contacts in {empty}. Choose a .vcf file, or a .csv file with headings such as “First Name”.</Trans></p>}
      <p className="muted"><Trans>The file is read on your phone. Nobody is ticked to begin with, and nothing leaves your phone before you tick it.</Trans></p>
      <details>
        <summary><Trans>How do I get such a file?</Trans></summary>
        <ul>
          <li><Trans>iPhone: in Contacts, open Lists, hold a list and choose Export. Save it to Files.</Trans></li>
          <li><Trans>Android: in Contacts, open Organize or Manage, then Export to file.</Trans></li>
          <li><Trans>Google: at contacts.google.com choose Export, then vCard or Google CSV.</Trans></li>
        </ul>
      </details>
    </Page>
  );
}
