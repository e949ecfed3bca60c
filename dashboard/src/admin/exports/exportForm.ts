import type { ExportRequest } from "./queries";
import { specific } from "./types";

/** ExportForm is what an export is to hold, while it is chosen. */
export interface ExportForm {
  type: ExportRequest["type"];
  action_item_id: string;
  view_id: string;
  spreadsheet: boolean;
  extended: boolean;
  gzip: boolean;
}

export const firstChoice: ExportForm = { type: "contacts", action_item_id: "", view_id: "", spreadsheet: true, extended: false, gzip: false };

/** hasViews reports whether an export has the rows of a list, which a saved view can select. */
export const hasViews = (type: string) => type === "contacts" || type === "mobilizers";

export const requestOf = (form: ExportForm): ExportRequest => ({
  type: form.type,
  ...(form.type === specific && { action_item_id: form.action_item_id }),
  ...(hasViews(form.type) && form.view_id && { view_id: form.view_id }),
  dialect: form.spreadsheet ? "spreadsheet" : "data",
  profile: form.extended ? "extended" : "standard",
  compression: form.gzip && form.type !== "bundle" ? "gzip" : "none",
});

export const formOf = ({ type, action_item_id, view_id, dialect, profile, compression }: ExportRequest): ExportForm => ({
  type, action_item_id: action_item_id ?? "", view_id: view_id ?? "", spreadsheet: dialect === "spreadsheet", extended: profile === "extended", gzip: compression === "gzip",
});
