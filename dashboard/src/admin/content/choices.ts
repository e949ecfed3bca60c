/** Choice is a response of the Key Question, or an option of an action item, while it is edited. */
export interface Choice {
  /** key tells rows apart in the browser. */
  key: string;
  id?: string;
  text: string;
  text_es: string;
  value: string;
  retired: boolean;
  /** used choices can be reworded and retired, but not deleted. */
  used: boolean;
}

export const newChoice = (value = ""): Choice => ({ key: crypto.randomUUID(), text: "", text_es: "", value, retired: false, used: false });

/** moveElement returns the list with the element at one place moved to another. */
export function moveElement<T>(list: T[], from: number, to: number): T[] {
  const next = [...list];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}
