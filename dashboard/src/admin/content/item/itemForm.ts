import type { Schemas } from "../../../api/client";
import type { ActionItem } from "../../data/campaigns";
import type { Difference } from "../../ui/ChangedMeanwhile";
import type { Choice } from "../choices";
import { targetOf, type Target } from "../targets";
import type { ItemType } from "./types";

export interface LinkForm {
  key: string;
  label: string;
  url: string;
}

/** ItemForm is an action item while it is edited. */
export interface ItemForm {
  type: ItemType;
  title: string;
  nickname: string;
  description: string;
  title_es: string;
  description_es: string;
  message: string;
  message_es: string;
  links: LinkForm[];
  options: Choice[];
  target: Target;
  revision?: string;
}

const row = () => crypto.randomUUID();

export const blankItem = (): ItemForm => ({
  type: "TASK", title: "", nickname: "", description: "", title_es: "", description_es: "", message: "", message_es: "", links: [],
  options: [0, 1].map(() => ({ key: row(), text: "", text_es: "", value: "", retired: false, used: false })),
  target: { everyone: true, no_response: false, response_ids: [] },
});

export const formOf = (item: ActionItem): ItemForm => ({
  type: item.type, title: item.title, nickname: item.nickname ?? "", description: item.description ?? "",
  title_es: item.title_es ?? "", description_es: item.description_es ?? "", message: item.message ?? "", message_es: item.message_es ?? "", revision: item.revision,
  links: item.links.map((link, n) => ({ key: String(n), label: link.label ?? "", url: link.url })),
  options: item.options.length > 0 ? item.options.map((o) => ({ key: o.id, id: o.id, text: o.text, text_es: o.text_es ?? "", value: o.value ?? "", retired: o.retired, used: o.used })) : blankItem().options,
  target: targetOf(item.target),
});

const targetBody = (target: Target) => (target.everyone ? { everyone: true } : { no_response: target.no_response, response_ids: target.response_ids });

/** bodyOf is what the API takes. Options of another type than multiple choice stay in the form, and are not sent. */
export function bodyOf(form: ItemForm) {
  const { type, title, nickname, description, title_es, description_es, message, message_es, links, options, target } = form;
  return {
    type, title, nickname, description, title_es, description_es, message, message_es,
    links: links.map(({ label, url }) => ({ label, url })),
    options: type === "QUESTION_MULTIPLE_CHOICE" ? options.map(({ id, text, text_es, value, retired }) => ({ id, text, text_es, value, retired })) : [],
    target: targetBody(target),
  } satisfies Schemas["CreateActionItemRequest"];
}

export const editOf = (form: ItemForm, item: ActionItem): Schemas["UpdateActionItemRequest"] => ({ ...bodyOf(form), revision: form.revision ?? item.revision });

export interface ItemWords {
  names: Record<"type" | "title" | "nickname" | "description" | "title_es" | "description_es" | "message" | "message_es" | "links" | "options" | "target", string>;
  types: Record<ItemType, string>;
  target: (target: Target) => string;
}

/** differencesOf tells in which parts the saved item differs from the draft. */
export function differencesOf(draft: ItemForm, saved: ItemForm, { names, types, target }: ItemWords): Difference[] {
  const parts = (form: ItemForm): Record<keyof typeof names, string> => ({
    type: types[form.type], title: form.title, nickname: form.nickname, description: form.description,
    title_es: form.title_es, description_es: form.description_es, message: form.message, message_es: form.message_es,
    links: form.links.map((l) => `${l.label} ${l.url}`.trim()).join(", "),
    options: form.type === "QUESTION_MULTIPLE_CHOICE" ? form.options.map((o) => [o.text, o.text_es].filter(Boolean).join(" / ")).join(", ") : "",
    target: target(form.target),
  });
  const [mine, theirs] = [parts(draft), parts(saved)];
  const changed = (Object.keys(names) as (keyof typeof names)[]).filter((name) => mine[name] !== theirs[name]);
  return changed.map((name) => ({ name: names[name], theirs: theirs[name] }));
}
