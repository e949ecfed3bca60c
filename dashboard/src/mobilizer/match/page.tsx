import "../add/add.css";
import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useCampaign } from "../CampaignContext";
import { EndedText } from "../add/EndedText";
import { useSearch } from "../route";
import { DuplicatesNotice } from "../people/DuplicatesNotice";
import { Page } from "../ui/Page";
import { Loading, Problem } from "../ui/State";
import { candidatesQuery, self } from "./candidates";
import { Finished, RefusedNotice } from "./Finished";
import { LeftOutNotice } from "./LeftOutNotice";
import { Matched } from "./Matched";
import { MatchCard } from "./MatchCard";
import { type Matchable, matchablePeople } from "./people";
import { WaitingToBeAdded } from "./WaitingToBeAdded";

const batchSize = 10;

/** batchOf returns the people to search for together with the present one. */
const batchOf = (present: Matchable, todo: Matchable[]) =>
  present.id === self ? [self] : [present.id, ...todo.map(({ id }) => id).filter((id) => id !== present.id && id !== self)].slice(0, batchSize);

/** MatchPage asks, one person after the other, which voter they are. */
export function MatchPage() {
  const { t } = useLingui();
  const { id: campaign, editable, pending, outbox, ...data } = useCampaign();
  const only = outbox.resolve(useSearch().get("who") ?? "");
  const [later, setLater] = useState<ReadonlySet<string>>(new Set());
  const [shown, setShown] = useState<string>();
  const [done, setDone] = useState(0);
  const [batch, setBatch] = useState<string[]>([]);
  const todo = matchablePeople(data, only).filter(({ id }) => !later.has(id));
  const adding = pending.waiting.filter(({ write }) => write.kind === "add");
  const person = todo.find(({ id }) => id === shown) ?? todo[0];
  const canAsk = person?.match_status === "PENDING" && editable;

  useEffect(() => {
    if (canAsk && !batch.includes(person.id)) setBatch(batchOf(person, todo));
  });
  const { data: found, error, refetch } = useQuery({ ...candidatesQuery(campaign, batch), enabled: batch.length > 0 });

  const finish = (id: string, isLater: boolean) => {
    setDone(done + 1);
    setShown(todo.find((other) => other.id !== id)?.id);
    if (isLater) setLater(new Set([...later, id]));
  };
  const restore = (id: string) => {
    setDone((n) => Math.max(0, n - 1));
    setShown(id);
  };
  const position = done + 1;
  const total = done + todo.length;
  const isAdding = adding.length > 0 && !only && done === 0;
  return (
    <Page title={t`Find them in the voter file`} small={person !== undefined && editable && !isAdding} aside={person && !only && !isAdding && <p className="muted"><Trans>{position} of {total}</Trans></p>}>
      <RefusedNotice />
      <LeftOutNotice />
      <DuplicatesNotice />
      {!editable && <EndedText />}
      {editable && isAdding && <WaitingToBeAdded writes={adding} />}
      {editable && !isAdding && !person && <Finished />}
      {editable && !isAdding && person && !canAsk && <Matched person={person} />}
      {!isAdding && canAsk && error && <Problem error={error} retry={() => void refetch()} />}
      {!isAdding && canAsk && !error && !found?.has(person.id) && <Loading />}
      {!isAdding && canAsk && found?.has(person.id) && (
        <MatchCard key={person.id} person={person} found={found.get(person.id)!} focus={done > 0} onDone={(isLater) => finish(person.id, isLater)} onUndo={() => restore(person.id)} />
      )}
    </Page>
  );
}
