interface Refusal {
  message: string;
  data?: { issues?: readonly { path: string; message: string }[] | null | undefined } | null | undefined;
}

/** What the server said of single fields, by the field's name: shown at the field. */
export const fieldErrors = (error: Refusal | null | undefined): Record<string, string> =>
  Object.fromEntries((error?.data?.issues ?? []).map(({ path, message }) => [path, sentence(message)]));

/** What is left to say above the form: nothing, when every part of it is shown at a field of the form. */
export function formError(error: Refusal | null | undefined, fields: readonly string[]): string | null {
  if (!error) return null;
  const issues = error.data?.issues ?? [];
  return issues.length > 0 && issues.every(({ path }) => fields.includes(path)) ? null : sentence(error.message);
}

function sentence(text: string): string {
  const started = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(started) ? started : `${started}.`;
}
