interface Named {
  first_name?: string;
  last_name?: string;
  preferred_name?: string;
}

/** fullName writes a person's name, with the preferred name where it differs from the first. */
export function fullName({ first_name, last_name, preferred_name }: Named): string {
  const preferred = preferred_name && preferred_name !== first_name ? `“${preferred_name}”` : "";
  return [first_name, preferred, last_name].filter(Boolean).join(" ") || "–";
}
