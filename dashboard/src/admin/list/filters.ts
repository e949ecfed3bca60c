export interface Choice {
  value: string;
  label: string;
}

/** Filter is one filter of a list, as data: the API's parameter, and the values that it may have. */
export interface Filter {
  name: string;
  label: string;
  choices: Choice[];
  /** input is the kind of field of a filter without choices. */
  input?: "text" | "number" | "date";
  /** multiple filters have one or several of their choices, separated by commas. */
  multiple?: boolean;
  /** more filters are behind a button; the others are beside the search. */
  more?: boolean;
  /** find returns the choices for a text, where there are too many to list. choices has the chosen one. */
  find?: (text: string) => Promise<Choice[]>;
}

/** valueLabel writes the value of a filter. A choice that no longer exists is written as gone. */
export function valueLabel({ input, multiple, choices }: Filter, value: string, gone: string): string {
  if (input) return value;
  const values = multiple ? value.split(",") : [value];
  return values.map((v) => choices.find((c) => c.value === v)?.label ?? gone).join(", ");
}
