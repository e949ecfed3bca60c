import { Trans } from "@lingui/react/macro";
import { useState, type FormEvent } from "react";
import { useCampaign } from "../CampaignContext";
import { Problem } from "../ui/State";
import { type Candidates, searchAgain } from "./candidates";

interface SearchDetailProps {
  contact: string;
  onFound: (candidates: Candidates) => void;
}

/** SearchDetail searches again by the person's age or street. */
export function SearchDetail({ contact, onFound }: SearchDetailProps) {
  const { id } = useCampaign();
  const [age, setAge] = useState("");
  const [street, setStreet] = useState("");
  const [error, setError] = useState<Error>();
  const search = async (event: FormEvent) => {
    event.preventDefault();
    setError(undefined);
    const birth_year = Number(age) > 0 ? new Date().getFullYear() - Number(age) : 0;
    try {
      onFound(await searchAgain(id, contact, { birth_year, street: street.trim() }));
    } catch (failure) {
      setError(failure as Error);
    }
  };
  return (
    <details>
      <summary><Trans>Do you know their age or street?</Trans></summary>
      <form onSubmit={(event) => void search(event)}>
        <label><Trans>Age, about</Trans><input inputMode="numeric" pattern="\d{1,3}" value={age} onChange={(e) => setAge(e.target.value)} /></label>
        <label><Trans>Street</Trans><input value={street} maxLength={100} autoComplete="off" onChange={(e) => setStreet(e.target.value)} /></label>
        <p className="muted"><Trans>Used for this search and not kept.</Trans></p>
        {error && <Problem error={error} />}
        <button type="submit" disabled={!age && !street.trim()}><Trans>Look again</Trans></button>
      </form>
    </details>
  );
}
