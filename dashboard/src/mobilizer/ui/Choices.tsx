import { Trans } from "@lingui/react/macro";
import { useId, useRef, useState } from "react";

interface Choice {
  id: string;
  text: string;
}

interface ChoicesProps {
  legend: string;
  /** Whether the legend is for screen readers only, because a heading above says it. */
  legendHidden?: boolean;
  choices: Choice[];
  /** Id of the present choice. */
  value?: string;
  disabled?: boolean;
  onSave: (id: string) => void;
}

/**
 * Choices asks for one of several answers. A tap saves. By keyboard the arrow keys only move the choice, because each of them
 * would otherwise save an answer; Enter or the button saves it.
 */
export function Choices({ legend, legendHidden, choices, value, disabled, onSave }: ChoicesProps) {
  const name = useId();
  const byKeyboard = useRef(false);
  const [chosen, setChosen] = useState<string>();
  const save = (id: string) => {
    setChosen(undefined);
    onSave(id);
  };
  const choose = (id: string) => (byKeyboard.current ? setChosen(id) : save(id));
  return (
    <fieldset
      disabled={disabled}
      onPointerDown={() => void (byKeyboard.current = false)}
      onKeyDown={(event) => {
        byKeyboard.current = true;
        if (event.key === "Enter" && chosen) save(chosen);
      }}
    >
      <legend className={legendHidden ? "visually-hidden" : undefined}>{legend}</legend>
      {choices.map(({ id, text }) => (
        <label key={id} className="choice">
          <input type="radio" name={name} checked={(chosen ?? value) === id} onChange={() => choose(id)} />
          <span>{text}</span>
        </label>
      ))}
      {chosen && chosen !== value && <button type="button" className="primary" onClick={() => save(chosen)}><Trans>Save</Trans></button>}
    </fieldset>
  );
}
