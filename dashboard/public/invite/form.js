// The form: each page asks for some of these fields.
import { at, say } from "/invite/screen.js";

const fields = {
  first_name: { autocomplete: "given-name", maxLength: 100 },
  last_name: { autocomplete: "family-name", maxLength: 100 },
  preferred_name: { autocomplete: "nickname", maxLength: 100 },
  city: { autocomplete: "address-level2", maxLength: 100 },
  state: { autocomplete: "address-level1", maxLength: 2, form: /^[a-z]{2}$/i },
  zip: { autocomplete: "postal-code", inputMode: "numeric", maxLength: 5, form: /^\d{5}$/ },
  phone: { type: "tel", autocomplete: "tel", maxLength: 40 },
  passcode: { autocomplete: "off", autocapitalize: "characters", spellcheck: false, maxLength: 200 },
};

const field = (name) => at("form").elements.namedItem(name);

// fill makes the form: fields by their names, the required ones marked with *, and the consent. values are what stands in
// them, and labels what is asked otherwise than everywhere.
export function fill(names, values = {}, labels = {}) {
  const all = names.map((asked) => {
    const [name, required] = [asked.replace("*", ""), asked.endsWith("*")];
    const { form, ...attributes } = fields[name];
    const input = Object.assign(document.createElement("input"), attributes, { name, required, value: values[name] ?? "" });
    const wrong = Object.assign(document.createElement("small"), { id: name + "-wrong" });
    input.setAttribute("aria-describedby", wrong.id);
    input.oninput = () => mark(input, "");
    return label(labels[name] ?? say.labels[name], (text) => [text, input, wrong]);
  });
  const consent = Object.assign(document.createElement("input"), { name: "consent", type: "checkbox", checked: values.consent ?? false });
  const last = label(say.labels.consent, (text) => [consent, text]);
  last.className = "check";
  at("form").replaceChildren(...all, last);
  at("form").onsubmit = (event) => event.preventDefault(); // the button that submits has done it
  at("form").hidden = false;
}

function label(words, parts) {
  const made = document.createElement("label");
  made.append(...parts(Object.assign(document.createElement("span"), { textContent: words })));
  return made;
}

// filled returns what stands in the form; what was left empty is left out.
export function filled() {
  const values = {};
  for (const input of at("form").elements) {
    if (input.name in fields && input.value.trim()) values[input.name] = input.value.trim();
  }
  return { ...values, consent: field("consent").checked };
}

function mark(input, message) {
  at(input.name + "-wrong").textContent = message;
  input.setAttribute("aria-invalid", String(message !== ""));
}

// complete looks at what can be known before sending, and reports whether the form may go.
export function complete() {
  const errors = [];
  for (const input of at("form").elements) {
    if (!(input.name in fields)) continue;
    const value = input.value.trim();
    const { form } = fields[input.name];
    if (value ? form && !form.test(value) : input.required) errors.push({ field: input.name });
  }
  complain(errors);
  return errors.length === 0;
}

// complain says next to each field what is wrong with it, and reports whether it could say everything so. special has
// what to say of fields otherwise than everywhere.
export function complain(errors = [], special = {}) {
  for (const input of at("form").elements) {
    if (input.name in fields) mark(input, "");
  }
  const wrong = errors.filter((e) => e.field in fields && field(e.field));
  for (const { field: name, message } of wrong) mark(field(name), special[name] ?? say.fields[name] ?? message);
  at("form").querySelector("[aria-invalid=true]")?.focus();
  return errors.length > 0 && wrong.length === errors.length;
}
