import type { Schemas } from "../../api/client";
import type { Difference } from "../ui/ChangedMeanwhile";
import { localProblem } from "../ui/localProblem";
import type { Choice } from "./choices";

type KeyQuestion = Schemas["KeyQuestion"];

export interface QuestionForm {
  text: string;
  text_es: string;
  responses: Choice[];
  revision: string;
}

export const formOf = ({ text, text_es = "", responses, revision }: KeyQuestion): QuestionForm => ({
  text, text_es, revision,
  responses: responses.map((r) => ({ key: r.id, id: r.id, text: r.text, text_es: r.text_es ?? "", value: String(r.value), retired: r.retired, used: r.used })),
});

export const editOf = ({ text, text_es, responses, revision }: QuestionForm): Schemas["UpdateKeyQuestionRequest"] => ({
  text, text_es, revision,
  responses: responses.map((r) => ({ id: r.id, text: r.text, text_es: r.text_es, value: Number(r.value), retired: r.retired })),
});

const isWhole = (value: string) => /^-?\d{1,4}$/.test(value.trim());

/** invalidValues returns the refusal of values that are no numbers, which the API could not read. */
export function invalidValues({ responses }: QuestionForm, message: string) {
  const errors = responses.flatMap((r, n) => (isWhole(r.value) ? [] : [{ field: `responses[${n}].value`, message }]));
  return errors.length > 0 ? localProblem(errors) : undefined;
}

const listed = (choices: Choice[]) => choices.map((c) => `${c.text} (${[c.value, c.text_es].filter(Boolean).join(", ")})`).join(", ");

/** differencesOf tells in which parts the saved version differs from the draft. */
export function differencesOf(draft: QuestionForm, saved: QuestionForm, names: { question: string; spanish: string; responses: string }): Difference[] {
  const differences: Difference[] = [];
  if (draft.text !== saved.text) differences.push({ name: names.question, theirs: saved.text });
  if (draft.text_es !== saved.text_es) differences.push({ name: names.spanish, theirs: saved.text_es });
  if (listed(draft.responses) !== listed(saved.responses)) differences.push({ name: names.responses, theirs: listed(saved.responses) });
  return differences;
}
