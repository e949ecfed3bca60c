import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api, send } from "../../api/client";
import { useCampaign } from "../CampaignContext";
import { readAll } from "../data/campaign";
import { fullName } from "../people/names";
import { Link } from "../ui/Link";
import { Page } from "../ui/Page";
import { Loading, Problem } from "../ui/State";
import { newDraftPerson, useAppend } from "./draft";

/** KnownPage offers the people of the mobilizer's address book who are not in the campaign. */
export function KnownPage() {
  const { t } = useLingui();
  const { id: campaign } = useCampaign();
  const append = useAppend();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const { data, error, refetch } = useQuery({
    queryKey: ["address-book", campaign],
    queryFn: () => readAll((page) => send(() => api.GET("/v1/mobilizer/campaigns/{campaign}/address-book", { params: { path: { campaign }, query: { limit: 100, page } } }))),
  });
  const entries = data?.filter((entry) => !entry.contact_id) ?? [];
  const toggle = (id: string) => setChosen((ids) => (ids.has(id) ? new Set([...ids].filter((other) => other !== id)) : new Set([...ids, id])));
  const show = () => append(entries.filter((e) => chosen.has(e.id)).map(({ id, first_name, last_name, phone, email, city, state, zip }) =>
    ({ ...newDraftPerson({ first_name, last_name, phone, email, city, state, zip }, true), state: state ?? "", entry: id })));
  return (
    <Page title={t`From earlier campaigns`}>
      {error && <Problem error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading />}
      {data && entries.length === 0 && (
        <>
          <p><Trans>Everybody in your address book is in this campaign.</Trans></p>
          <Link className="button" to={{ screen: "add", campaign }}><Trans>Add others</Trans></Link>
        </>
      )}
      {entries.length > 0 && (
        <form onSubmit={(event) => { event.preventDefault(); void show(); }}>
          <p className="muted"><Trans>You added these people to earlier campaigns of this organization.</Trans></p>
          <ul className="plain-list">
            {entries.map((entry) => (
              <li key={entry.id} className="review-row">
                <label className="check">
                  <input type="checkbox" checked={chosen.has(entry.id)} onChange={() => toggle(entry.id)} />
                  <span className="row-name">{fullName(entry)}<small>{[entry.city, entry.state].filter(Boolean).join(" ")}</small></span>
                </label>
              </li>
            ))}
          </ul>
          <div className="sticky-action">
            <button type="submit" className="primary" disabled={chosen.size === 0}>
              <Plural value={chosen.size} _0="Tick somebody to add" one="Look over # person" other="Look over # people" />
            </button>
          </div>
        </form>
      )}
    </Page>
  );
}
