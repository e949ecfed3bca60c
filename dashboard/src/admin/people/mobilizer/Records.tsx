import { useLingui } from "@lingui/react/macro";
import { useSearch } from "@tanstack/react-router";
import { useSetSearch } from "../../list/search";
import { Section } from "../../ui/Section";
import { Tabs } from "../../ui/Tabs";
import { ActionList } from "./ActionList";
import { ContactList } from "./ContactList";
import { NoteList } from "./NoteList";

/** Records shows what a mobilizer recorded: contacts, actions and notes. The tab stands in the address. */
export function Records({ mobilizer }: { mobilizer: string }) {
  const { t } = useLingui();
  const { tab = "contacts" } = useSearch({ from: "/c/$campaign/people/mobilizers/$mobilizer" });
  const setSearch = useSetSearch();
  const tabs = [
    { id: "contacts", label: t`Contacts`, panel: <ContactList mobilizer={mobilizer} /> },
    { id: "actions", label: t`Actions`, panel: <ActionList mobilizer={mobilizer} /> },
    { id: "notes", label: t`Notes`, panel: <NoteList mobilizer={mobilizer} /> },
  ];
  return <Section title={t`Records`}><Tabs label={t`Records`} tabs={tabs} current={tab} onChoose={(id) => setSearch({ tab: id })} /></Section>;
}
