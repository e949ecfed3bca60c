import { useLingui } from "@lingui/react/macro";
import { useCampaign } from "../CampaignContext";
import { announce } from "../ui/announce";
import type { Write } from "./writes";

interface SaveOptions {
  /** Said after the write is stored, instead of "Saved". */
  message?: string;
  /** The write that takes this one back, for Undo. */
  opposite?: Write;
  /** Called after Undo. */
  onUndo?: () => void;
  seconds?: number;
}

/** useSave returns a function that stores a write about a person in the outbox, says so and offers Undo. */
export function useSave() {
  const { t } = useLingui();
  const { outbox } = useCampaign();
  return async (about: string, write: Write, { message, opposite, onUndo, seconds }: SaveOptions = {}) => {
    const number = await outbox.enqueue(write, { about });
    const undo = async () => {
      if (!(await outbox.cancel(number)) && opposite) await outbox.enqueue(opposite, { about });
      onUndo?.();
    };
    const saved = navigator.onLine ? t`Saved` : t`Waiting to be sent`;
    announce({ text: message ?? saved, undo: opposite && (() => void undo()), seconds });
  };
}
