import { useLingui } from "@lingui/react/macro";
import { Alert, Anchor, List } from "@mantine/core";
import { useEffect, useRef } from "react";
import { ApiError, type FieldProblem } from "../../api/problem";
import { Breakable } from "../../ui/Breakable";
import { fieldId } from "./fields";
import { useProblemText } from "./problems";

/**
 * FormProblem says why a form was refused. It takes the focus, and links each message to its input. What was typed stays.
 */
export function FormProblem({ error, form }: { error: Error | null; form: string }) {
  const { t } = useLingui();
  const text = useProblemText();
  const alert = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (error) alert.current?.focus();
  }, [error]);
  if (!error) return null;
  const fields = error instanceof ApiError ? error.fields : [];
  const { title, detail } = text(error);
  // Messages of several rows may have the same words.
  const numbered = ({ field, message }: FieldProblem) => {
    const [, list, row] = /^(responses|options|links)\[(\d+)\]/.exec(field) ?? [];
    if (!list) return message;
    const n = Number(row) + 1;
    return { responses: t`Response ${n}: ${message}`, options: t`Option ${n}: ${message}`, links: t`Link ${n}: ${message}` }[list]!;
  };
  return (
    <Alert color="red" variant="light" role="alert" ref={alert} tabIndex={-1} title={fields.length > 0 ? t`Please correct the following` : title}>
      {fields.length === 0 && <Breakable>{detail}</Breakable>}
      {fields.length > 0 && (
        <List size="sm" withPadding>
          {fields.map((field) => (
            <List.Item key={field.field}>
              <FieldLink id={fieldId(form, field.field)}>{numbered(field)}</FieldLink>
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  );
}

function FieldLink({ id, children }: { id: string; children: string }) {
  const follow = (event: React.MouseEvent) => {
    event.preventDefault();
    const field = document.getElementById(id);
    for (let folded = field?.closest("details"); folded; folded = folded.parentElement?.closest("details")) folded.open = true;
    field?.focus();
  };
  return <Anchor href={"#" + id} c="inherit" underline="always" onClick={follow}>{children}</Anchor>;
}
