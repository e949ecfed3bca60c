import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useDeferredValue, useState } from "react";
import { useCampaign } from "../CampaignContext";
import { goTo, pathOf, useSearch } from "../route";
import { Link } from "../ui/Link";
import { Page } from "../ui/Page";
import { DuplicatesNotice } from "./DuplicatesNotice";
import { selectContacts, shows, type Show } from "./filter";
import { PersonRow } from "./PersonRow";

const pageSize = 100;

/** PeoplePage lists the person's contacts, with a search and four selections. */
export function PeoplePage() {
  const { t, i18n } = useLingui();
  const { id, campaign, contacts, editable } = useCampaign();
  const search = useSearch();
  const show = shows.find((s) => s === search.get("show")) ?? "all";
  const query = search.get("q") ?? "";
  const [size, setSize] = useState(pageSize);
  const found = selectContacts(campaign, contacts, useDeferredValue(query), show, i18n.locale);
  const labels: Record<Show, string> = { all: t`All`, ask: t`To ask`, match: t`To look up`, do: t`To do` };
  const change = (values: { q?: string; show?: Show }) => {
    const next = new URLSearchParams(Object.entries({ q: query, show, ...values }).filter(([, value]) => value && value !== "all"));
    setSize(pageSize);
    goTo(pathOf({ screen: "people", campaign: id }) + (next.size > 0 ? `?${next}` : ""), { replace: true });
  };
  return (
    <Page title={t`People`}>
      <DuplicatesNotice />
      {contacts.length === 0 && (
        <>
          <p><Trans>Nobody yet.</Trans></p>
          {editable && <Link className="button primary" to={{ screen: "add", campaign: id }}><Trans>Add people</Trans></Link>}
        </>
      )}
      {contacts.length > 0 && (
        <>
          <input type="search" aria-label={t`Search`} placeholder={t`Search by name or city`} value={query} onChange={(e) => change({ q: e.target.value })} />
          <div className="segments" role="group" aria-label={t`Show`}>
            {shows.map((s) => <button key={s} type="button" aria-pressed={s === show} onClick={() => change({ show: s })}>{labels[s]}</button>)}
          </div>
          <p className="muted" role="status"><Plural value={found.length} _0="Nobody matches." one="# person" other="# people" /></p>
          {found.length === 0 && <button type="button" onClick={() => change({ q: "", show: "all" })}><Trans>Show all</Trans></button>}
        </>
      )}
      <ul className="plain-list">{found.slice(0, size).map((c) => <PersonRow key={c.id} contact={c} />)}</ul>
      {found.length > size && <button type="button" onClick={() => setSize(size + pageSize)}><Trans>Show {Math.min(pageSize, found.length - size)} more</Trans></button>}
    </Page>
  );
}
