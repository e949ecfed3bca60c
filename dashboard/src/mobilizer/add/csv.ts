import Papa from "papaparse";
import { emptyRow, plain, type Row, splitName, stateCode, zipCode } from "./row";

// The headings of Google's and Outlook's exports, old and new, in the order of preference.
const headings: Record<keyof Row | "name", RegExp[]> = {
  name: [/^name$/, /^full name$/, /^nombre completo$/],
  first_name: [/^(first|given) name$/, /^nombre$/, /^nickname$/],
  last_name: [/^(last|family) name$/, /^apellidos?$/],
  phone: [/^mobile phone$/, /^phone \d+ - value$/, /^(primary|home) phone$/, /^(phone|tel[eé]fono)( number)?$/],
  email: [/^e-?mail \d+ - value$/, /^e-?mail( address)?$/, /^correo( electr[oó]nico)?$/],
  city: [/^address \d+ - city$/, /^home city$/, /^(city|ciudad)$/],
  state: [/^address \d+ - region$/, /^home state$/, /^(state|estado)$/],
  zip: [/^address \d+ - postal code$/, /^home postal code$/, /^(zip|zip code|postal code)$/],
};

// Google puts several values of a field into one cell.
const several = / ::: /;

/** parseCsv reads the people in a CSV file with headings, as Google and Outlook export contacts. It returns undefined if no heading is a name. */
export function parseCsv(text: string): Row[] | undefined {
  const { data } = Papa.parse<Record<string, string>>(text.replace(/^\ufeff/, ""), {
    header: true, skipEmptyLines: "greedy", transformHeader: (heading) => plain(heading).toLowerCase(),
  });
  const present = Object.keys(data[0] ?? {});
  const columns = Object.fromEntries(Object.entries(headings).map(([field, patterns]) =>
    [field, patterns.flatMap((pattern) => present.filter((heading) => pattern.test(heading)))])) as Record<keyof typeof headings, string[]>;
  if (![columns.name, columns.first_name, columns.last_name].some((c) => c.length > 0)) return undefined;
  return data.map((cells) => rowOf((field) => valueOf(cells, columns[field]))).filter((row) => row.first_name || row.last_name || row.phone || row.email);
}

/** valueOf returns the first cell of the columns that is not empty. */
const valueOf = (cells: Record<string, string>, columns: string[]) =>
  columns.map((column) => plain((cells[column] ?? "").split(several)[0]!)).find(Boolean) ?? "";

function rowOf(value: (field: keyof typeof headings) => string): Row {
  const row = {
    ...emptyRow, first_name: value("first_name"), last_name: value("last_name"), phone: value("phone"), email: value("email"),
    city: value("city"), state: stateCode(value("state")), zip: zipCode(value("zip")),
  };
  return row.first_name || row.last_name ? row : { ...row, ...splitName(value("name")) };
}
