// The parts of the screen, the messages in the reader's language, and requests to the API.
import { words } from "/invite/words.js";

export const byId = (id) => document.getElementById(id);

export let messages = words[navigator.language.startsWith("es") ? "es" : "en"];

// setLanguage changes the language of the messages. An unknown language changes nothing.
export function setLanguage(language) {
  messages = words[language] ?? messages;
  document.documentElement.lang = messages.language;
}

// write replaces the content of an element by a text, whose email addresses may break after @ and their dots.
export function write(element, text) {
  const parts = text.split(/(?<=@)|(?<=\.)(?=\S*@)|(?<=@\S*\.)(?=\S)/);
  element.replaceChildren(...parts.flatMap((part, n) => (n > 0 ? [document.createElement("wbr"), part] : [part])));
}

// show replaces the page's content, except the organization's name above the title.
export function show(title, text = "", more = "") {
  write(byId("title"), (document.title = title));
  write(byId("text"), text);
  write(byId("more"), more);
  byId("error").textContent = "";
  byId("form").hidden = true;
  byId("about").replaceChildren();
  byId("actions").replaceChildren();
}

// showError shows a message above the buttons and focuses it.
export function showError(message) {
  byId("error").textContent = message;
  byId("error").focus();
}

// addButton adds a button. The first is the primary one, and submits the form if there is one. The buttons are disabled
// while action runs, and enabled again if it returns false or fails.
export function addButton(label, action) {
  const primary = byId("actions").childElementCount === 0;
  const button = document.createElement("button");
  button.type = primary && !byId("form").hidden ? "submit" : "button";
  if (button.type === "submit") button.setAttribute("form", "form");
  write(button, label);
  if (!primary) button.className = "second";
  button.onclick = async () => {
    const buttons = byId("actions").querySelectorAll("button");
    for (const each of buttons) each.disabled = true;
    let result = false;
    try {
      result = await action();
    } catch {
      byId("error").textContent = messages.failed;
    }
    if (result === false) for (const each of buttons) each.disabled = false;
  };
  byId("actions").append(button);
}

// Codes for the errors of API Gateway, whose responses have none.
const gatewayCodes = { 401: "sign_in_again", 404: "not_found", 429: "rate_limited", 503: "unavailable" };

// request sends a request to the API and returns the status and the body, which for an error is a problem (RFC 9457).
export async function request(config, method, path, body, accessToken) {
  const headers = { "Accept-Language": messages.language };
  if (body) headers["Content-Type"] = "application/json";
  if (accessToken) headers.Authorization = "Bearer " + accessToken;
  const response = await fetch(config.api + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  const content = text ? JSON.parse(text) : {};
  if (!response.ok && !content.code) content.code = gatewayCodes[response.status];
  return [response.status, content];
}

// problemText returns the message for a problem in the reader's language: that of the named table, or the general one. For
// an unknown code it returns the API's own message.
export function problemText(problem, table = "") {
  const [error] = problem.errors ?? [];
  if (error && messages.fields[error.field]) return messages.fields[error.field];
  const message = messages[table]?.[problem.code] ?? messages.refusals[problem.code];
  if (typeof message === "function") return message(problem.at && messages.dateTime(problem.at, problem.time_zone));
  return message ?? error?.message ?? problem.detail ?? messages.failed;
}
