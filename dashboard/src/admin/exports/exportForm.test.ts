import { describe, expect, test } from "vitest";
import { type ExportForm, firstChoice, formOf, requestOf } from "./exportForm";

describe("requestOf", () => {
  test("a click without choices requests the dialect for spreadsheets", () => {
    expect(requestOf(firstChoice)).toEqual({ type: "contacts", dialect: "spreadsheet", profile: "standard", compression: "none" });
  });

  test("a saved view selects the rows of a list, and of no other export", () => {
    expect(requestOf({ ...firstChoice, view_id: "v1" }).view_id).toBe("v1");
    expect(requestOf({ ...firstChoice, type: "notes", view_id: "v1" }).view_id).toBeUndefined();
  });

  test("is the inverse of formOf", () => {
    const form: ExportForm = { ...firstChoice, type: "specific_action_item_responses", action_item_id: "item", spreadsheet: false, extended: true, gzip: true };
    expect(formOf(requestOf(form))).toEqual(form);
    expect(requestOf(formOf(requestOf(form)))).toEqual(requestOf(form));
  });
});
