import { fieldMessage } from "../../api/problem";

/** fieldId is the id of a field's input, so that a message can lead to it. form separates the forms of a page. */
export const fieldId = (form: string, field: string) => `${form}-${field}`;

/** fieldProps returns the id and the API's message of one input. field is the API's name, such as "responses[1].text". */
export const fieldProps = (form: string, field: string, error: unknown) => ({
  id: fieldId(form, field),
  error: fieldMessage(error, field),
});
