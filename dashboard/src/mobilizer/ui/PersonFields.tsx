import { useLingui } from "@lingui/react/macro";
import { states } from "../../ui/states";

/** personFields are the names and the place of a person. */
export const personFields = ["first_name", "last_name", "preferred_name", "city", "state", "zip"] as const;

export type PersonField = (typeof personFields)[number] | "phone" | "email";

export type PersonValues = Partial<Record<PersonField, string>>;

interface PersonFieldsProps {
  names: readonly PersonField[];
  values: PersonValues;
  onChange: (values: PersonValues) => void;
}

/** PersonFields asks for a person's names, place, phone and email. */
export function PersonFields({ names, values, onChange }: PersonFieldsProps) {
  const { t } = useLingui();
  const labels: Record<PersonField, string> = {
    first_name: t`First name`, last_name: t`Last name`, preferred_name: t`Preferred name`, city: t`City`, state: t`State`, zip: t`Zip code`, phone: t`Phone`, email: t`Email`,
  };
  const set = (name: PersonField, value: string) => onChange({ ...values, [name]: value });
  return names.map((name) => (
    <label key={name}>
      {labels[name]}
      {name === "state" ? (
        <select value={values.state ?? ""} onChange={(e) => set(name, e.target.value)}>
          <option value="" />
          {Object.entries(states).map(([code, name]) => <option key={code} value={code}>{name}</option>)}
        </select>
      ) : (
        <input
          value={values[name] ?? ""} maxLength={200} autoComplete="off" autoCapitalize={name === "email" ? "none" : "words"}
          type={name === "phone" ? "tel" : name === "email" ? "email" : "text"} inputMode={name === "zip" ? "numeric" : undefined}
          onChange={(e) => set(name, e.target.value)}
        />
      )}
    </label>
  ));
}
