import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import { stateOfZip, states } from "../../ui/states";
import type { PersonValues } from "./PersonFields";

export interface DoubtfulPlace {
  zip: string;
  /** Name of the zip code's state. */
  expected: string;
  /** Name of the given state. */
  state: string;
}

const nameOf = (code: string) => states[code] ?? code;

/** doubtfulPlace returns a zip code and a state that contradict each other. */
export function doubtfulPlace({ state, zip }: PersonValues): DoubtfulPlace | undefined {
  const expected = state && zip ? stateOfZip(zip.trim()) : undefined;
  return expected && expected !== state ? { zip: zip!.trim(), expected: nameOf(expected), state: nameOf(state!) } : undefined;
}

/** usePlaceQuestion asks back once when a form is saved with a state that the zip code contradicts. Saving again confirms both. */
export function usePlaceQuestion(values: PersonValues) {
  const place = `${values.state} ${values.zip}`;
  const doubt = doubtfulPlace(values);
  const [askedAbout, setAskedAbout] = useState("");
  const asked = doubt !== undefined && askedAbout === place;
  /** mustAsk shows the question if it was not shown yet, and reports whether saving has to wait for the person. */
  const mustAsk = () => {
    if (!doubt || asked) return false;
    setAskedAbout(place);
    return true;
  };
  return { mustAsk, confirmed: asked ? ({ confirm_place: true } as const) : {}, question: asked ? <PlaceQuestion {...doubt} /> : null };
}

function PlaceQuestion({ zip, expected, state }: DoubtfulPlace) {
  return <p className="error-text" role="alert"><Trans>The zip code {zip} is in {expected}, not in {state}. Correct one of them, or save again if both are right.</Trans></p>;
}
