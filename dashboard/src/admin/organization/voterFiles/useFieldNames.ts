import { useLingui } from "@lingui/react/macro";

/** useFieldNames names the fields of a voter, in the order of the form. */
export function useFieldNames(): Record<string, string> {
  const { t } = useLingui();
  return {
    state_file_id: t`Voter id of the state (required)`, first_name: t`First name (required)`, last_name: t`Last name (required)`,
    middle_name: t`Middle name`, suffix: t`Suffix`, city: t`City`, state: t`State`, zip: t`Zip code`, street: t`Street`,
    birth_year: t`Year of birth`, birth_date: t`Date of birth`, canonical_voter_id: t`Id unique across states`, status: t`Voter status`,
    district_1: t`District 1`, district_2: t`District 2`, district_3: t`District 3`, district_4: t`District 4`,
  };
}
