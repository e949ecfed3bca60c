const milliseconds = 350;
const pixels = 24;

/** isOfLabel reports whether a click on a control is the one that the browser makes after a click on its label. */
const isOfLabel = (control: EventTarget | null, label: EventTarget | null) =>
  control instanceof HTMLInputElement && [...(control.labels ?? [])].some((l) => l.contains(label as Node | null));

/** isText reports whether a person types into an element. */
const isText = (field: EventTarget | null) => field instanceof HTMLTextAreaElement || (field instanceof HTMLInputElement && !["checkbox", "radio"].includes(field.type));

/**
 * ignoreDoubleTaps makes a double tap count once. After the first tap another person may be under the finger, to whom the second
 * one would apply. Two taps with text typed between them are no double tap.
 */
export function ignoreDoubleTaps() {
  let last: MouseEvent | undefined;
  document.addEventListener("input", ({ target }) => { if (isText(target)) last = undefined; }, { capture: true });
  document.addEventListener("click", (event) => {
    if (event.detail === 0 || isOfLabel(event.target, last?.target ?? null)) return; // by keyboard, or by the browser
    const again = last && event.timeStamp - last.timeStamp < milliseconds && Math.hypot(event.clientX - last.clientX, event.clientY - last.clientY) < pixels;
    last = event;
    if (!again) return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
}
