import { Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState, type FormEvent } from "react";
import { PersonFields, type PersonValues } from "../ui/PersonFields";
import { newDraftPerson, type DraftPerson } from "./draft";
import { Jogger } from "./Jogger";

interface OneByOneProps {
  onAdd: (person: DraftPerson) => void;
}

/** OneByOne takes people one after the other. Enter adds one; the place stays for the next. */
export function OneByOne({ onAdd }: OneByOneProps) {
  const { t } = useLingui();
  const first = useRef<HTMLInputElement>(null);
  const [name, setName] = useState({ first_name: "", last_name: "" });
  const [more, setMore] = useState<PersonValues>({});
  const add = (event: FormEvent) => {
    event.preventDefault();
    first.current?.focus();
    const names = { first_name: name.first_name.trim(), last_name: name.last_name.trim() };
    if (!names.first_name && !names.last_name) return;
    onAdd(newDraftPerson({ ...more, ...names }, true));
    setName({ first_name: "", last_name: "" });
    setMore({ ...more, phone: "", email: "" });
  };
  const field = (part: "first_name" | "last_name", label: string) => (
    <label>
      {label}
      <input
        ref={part === "first_name" ? first : undefined} value={name[part]} maxLength={100} autoComplete="off" autoCapitalize="words" enterKeyHint="done"
        onChange={(e) => setName({ ...name, [part]: e.target.value })}
      />
    </label>
  );
  return (
    <form className="card" onSubmit={add}>
      <h2><Trans>One by one</Trans></h2>
      <Jogger />
      <div className="pair">{field("first_name", t`First name`)}{field("last_name", t`Last name`)}</div>
      <details>
        <summary><Trans>Phone, email and place</Trans></summary>
        <PersonFields names={["phone", "email", "city", "state", "zip"]} values={more} onChange={setMore} />
        <p className="muted"><Trans>Only you see their phone numbers and email addresses.</Trans></p>
      </details>
      <button type="submit"><Trans>Put on the list</Trans></button>
    </form>
  );
}
