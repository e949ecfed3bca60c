import { emptyRow, type Row, splitName } from "./row";

interface PickedContact {
  name?: string[];
  tel?: string[];
  email?: string[];
}

interface ContactsManager {
  select(properties: string[], options: { multiple: boolean }): Promise<PickedContact[]>;
}

const manager = () => (navigator as Navigator & { contacts?: ContactsManager }).contacts;

/** canPick reports whether the phone has a picker of its own for contacts. */
export const canPick = () => typeof manager()?.select === "function";

/** pickContacts asks with the phone's picker. It returns nobody if the person closes it. */
export async function pickContacts(): Promise<Row[]> {
  const picked = await manager()!.select(["name", "tel", "email"], { multiple: true }).catch(() => []);
  return picked.map(({ name, tel, email }) => ({ ...emptyRow, ...splitName(name?.[0] ?? ""), phone: tel?.[0] ?? "", email: email?.[0] ?? "" }));
}
