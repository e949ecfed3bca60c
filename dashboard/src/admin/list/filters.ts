/** Filter is one filter of a list, as data: the API's parameter, and the values that it may have. */
export interface Filter {
  name: string;
  label: string;
  choices: { value: string; label: string }[];
}
