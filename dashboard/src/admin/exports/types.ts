import { useLingui } from "@lingui/react/macro";
import type { ExportRequest } from "./queries";

/** ExportType is one kind of file: its name, and what a row of it is. */
export interface ExportType {
  type: ExportRequest["type"];
  name: string;
  row: string;
}

export interface ExportGroup {
  name: string;
  types: ExportType[];
}

/** specific is the export of one action item, which must be chosen. */
export const specific = "specific_action_item_responses";

/** useExportGroups returns the kinds of exports in the groups in which the page offers them. */
export function useExportGroups(): ExportGroup[] {
  const { t } = useLingui();
  return [
    {
      name: t`Campaign data`,
      types: [
        { type: "mobilizers", name: t`Mobilizers`, row: t`One row per mobilizer, including those who left and whose contacts stayed.` },
        { type: "contacts", name: t`Contacts`, row: t`One row per contact of a mobilizer.` },
        { type: "voters", name: t`Voters`, row: t`One row per mobilizer or contact that is matched to the voter file.` },
        { type: "notes", name: t`Notes`, row: t`One row per note of a mobilizer.` },
        { type: "action_item_responses", name: t`All action item responses`, row: t`One row per contact and action item with a response.` },
        { type: specific, name: t`Responses to one action item`, row: t`One row per contact with a response to the action item.` },
        { type: "key_question_answers", name: t`Key Question answers`, row: t`One row per answer ever recorded, clearings included.` },
      ],
    },
    {
      name: t`Organizing`,
      types: [
        { type: "invitations", name: t`Invitations`, row: t`One row per invited address.` },
        { type: "management_notes", name: t`Management notes`, row: t`One row per management note.` },
        { type: "analytics", name: t`Analytics`, row: t`One row per number of the Analytics page.` },
        { type: "bundle", name: t`Bundle of all exports`, row: t`One zip with all files of the same moment, in which every id is found.` },
      ],
    },
    {
      name: t`Legacy formats`,
      types: [
        { type: "legacy_mobilizers", name: t`Mobilizers (legacy)`, row: t`One row per mobilizer, with a column per response to the Key Question.` },
        { type: "legacy_contacts", name: t`Contacts (legacy)`, row: t`One row per contact.` },
        { type: "legacy_contact_action_responses", name: t`Contact action responses (legacy)`, row: t`One row per response to a question; no tasks.` },
      ],
    },
  ];
}

/** useTypeName returns a function that names a kind of export. */
export function useTypeName() {
  const types = useExportGroups().flatMap((group) => group.types);
  return (type: string) => types.find((t) => t.type === type)?.name ?? type;
}
