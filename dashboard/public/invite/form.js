// The form of the landing page and of an invitation. Each page shows some of the fields.
import { byId, messages } from "/invite/screen.js";
import { states, stateOfZip } from "/invite/states.js";

const fields = {
  first_name: { autocomplete: "given-name", maxLength: 100 },
  last_name: { autocomplete: "family-name", maxLength: 100 },
  preferred_name: { autocomplete: "nickname", maxLength: 100 },
  city: { autocomplete: "address-level2", maxLength: 100 },
  state: { autocomplete: "address-level1", options: states },
  zip: { autocomplete: "postal-code", inputMode: "numeric", maxLength: 10, pattern: /^\d{5}([- ]?\d{4})?$/ },
  phone: { type: "tel", autocomplete: "tel", maxLength: 40 },
  passcode: { autocomplete: "off", autocapitalize: "characters", spellcheck: false, maxLength: 200 },
};

const element = (name, properties) => Object.assign(document.createElement(name), properties);

const input = (name) => byId("form").elements.namedItem(name);

const inputs = () => [...byId("form").elements].filter((e) => e.name in fields);

// showForm shows the named fields, those that end with * as required, and the consent checkbox. values are the initial
// values; labels replace the usual labels.
export function showForm(names, given = {}, labels = {}) {
  const values = { ...given, ...readDraft() };
  if (values.confirm_place) confirmed = placeOf(values);
  const rows = names.map((field) => {
    const [name, required] = [field.replace("*", ""), field.endsWith("*")];
    const { pattern, options, ...attributes } = fields[name];
    const control = options ? select(options) : element("input");
    Object.assign(control, attributes, { name, required, value: values[name] ?? "" });
    const error = element("small", { id: name + "-error" });
    control.setAttribute("aria-describedby", error.id);
    control.oninput = () => setError(control, "");
    return label(labels[name] ?? messages.labels[name], (text) => [text, control, error]);
  });
  const consent = element("input", { name: "consent", type: "checkbox", checked: values.consent ?? false });
  const last = label("", (text) => [consent, text]);
  last.className = "check";
  byId("form").replaceChildren(...rows, last);
  // Consent asks only for what was given.
  const describeConsent = () => {
    last.querySelector("span").textContent = input("phone")?.value.trim() ? messages.labels.consentWithPhone : messages.labels.consent;
  };
  byId("form").oninput = () => {
    describeConsent();
    writeDraft();
  };
  describeConsent();
  byId("form").onsubmit = (event) => event.preventDefault(); // the submit button's click handler sends the form
  byId("form").hidden = false;
}

// The draft of a form survives a reload in the tab's session storage, without the passcode.
const draftKey = () => "kith-draft:" + location.pathname;

const readDraft = () => JSON.parse(sessionStorage.getItem(draftKey()) ?? "{}");

function writeDraft() {
  const entered = [...byId("form").elements].filter((e) => e.name && e.name !== "passcode");
  const values = Object.fromEntries(entered.map((e) => [e.name, e.type === "checkbox" ? e.checked : e.value]));
  sessionStorage.setItem(draftKey(), JSON.stringify({ ...values, ...confirmation() }));
}

export const deleteDraft = () => sessionStorage.removeItem(draftKey());

// select returns a list of options, of which the first is empty. It sends the code, not the name.
function select(options) {
  const list = element("select");
  list.append(new Option("", ""), ...Object.entries(options).map(([code, name]) => new Option(name, code)));
  return list;
}

function label(text, parts) {
  const labelElement = element("label");
  labelElement.append(...parts(element("span", { textContent: text })));
  return labelElement;
}

// formValues returns the form's values without empty ones.
export function formValues() {
  const values = {};
  for (const { name, value } of inputs()) {
    if (value.trim()) values[name] = value.trim();
  }
  return { ...values, consent: input("consent").checked, ...confirmation() };
}

function setError(control, message) {
  byId(control.name + "-error").textContent = message;
  control.setAttribute("aria-invalid", String(message !== ""));
}

// validateForm shows the errors that can be found without the API, and reports whether there are none.
export function validateForm() {
  const errors = [];
  for (const { name, value, required } of inputs()) {
    const { pattern } = fields[name];
    const text = value.trim();
    if (text ? pattern && !pattern.test(text) : required) errors.push({ field: name });
  }
  showErrors(errors);
  return errors.length === 0 && agreesWithZip();
}

// confirmed is the place that the person was asked about: sending the form again confirms it.
let confirmed = "";
const placeOf = ({ state, zip }) => state + " " + zip;
const place = () => placeOf({ state: input("state")?.value, zip: input("zip")?.value.trim() });
const confirmation = () => (confirmed && confirmed === place() ? { confirm_place: true } : {});

// agreesWithZip asks back once if the state is not that of the zip code, and reports whether the form can be sent.
function agreesWithZip() {
  const [state, zip] = [input("state")?.value, input("zip")?.value.trim()];
  const expected = state && zip ? stateOfZip(zip) : undefined;
  if (!expected || expected === state || confirmed === place()) return true;
  showErrors([{ field: "state" }], { state: messages.otherState(zip, states[expected], states[state]) });
  askAboutPlace();
  return false;
}

// askAboutPlace notes that the person reads that state and zip code contradict each other, and returns the question: they may have
// entered one of them when they joined before.
export function askAboutPlace() {
  confirmed = place();
  writeDraft();
  return input("state").value && input("zip").value.trim() ? messages.refusals.state_contradicts_zip : messages.earlierPlace;
}

// showErrors shows each error at its field and focuses the first. It reports whether all of at least one error were shown.
// overrides are messages by field that replace the usual ones.
export function showErrors(errors = [], overrides = {}) {
  for (const control of inputs()) setError(control, "");
  const shown = errors.filter((e) => e.field in fields && input(e.field));
  for (const { field, message } of shown) setError(input(field), overrides[field] ?? messages.fields[field] ?? message);
  byId("form").querySelector("[aria-invalid=true]")?.focus();
  return errors.length > 0 && shown.length === errors.length;
}
