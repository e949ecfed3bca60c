// Drafts hold typed text that has not been saved, so that it survives a reload or a new sign-in in the same tab. Secrets
// are never drafts.
const prefix = "draft:";

export function readDraft<T>(name: string): T | undefined {
  const text = sessionStorage.getItem(prefix + name);
  return text === null ? undefined : (JSON.parse(text) as T);
}

export const writeDraft = (name: string, value: unknown) => sessionStorage.setItem(prefix + name, JSON.stringify(value));

export const deleteDraft = (name: string) => sessionStorage.removeItem(prefix + name);

export function clearDrafts() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key);
}
