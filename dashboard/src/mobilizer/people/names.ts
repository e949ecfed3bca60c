interface Named {
  first_name?: string;
  last_name?: string;
  preferred_name?: string;
}

/** fullName returns a person's name as it is shown: the preferred first name, then the last name. */
export const fullName = (person: Named) => [person.preferred_name || person.first_name, person.last_name].filter(Boolean).join(" ");

/** callName returns the name to call a person by. */
export const callName = (person: Named) => person.preferred_name || person.first_name || person.last_name || "";

/** namesOf names the first people of a list. */
export const namesOf = (people: Named[]) => people.slice(0, 5).map(fullName).join(", ") + (people.length > 5 ? ", …" : "");
