const FILE = /^\[File uploaded: (.+?)\]?( \(branch(?: \d+)?\))?$/s;

/** A file that was handed in by itself stands in the record as `[File uploaded: plan.pdf]`, cut at the end where only the beginning is shown. Null for other words. */
export function uploadedFileName(words: string): string | null {
  const [, name, branch = ''] = FILE.exec(words) ?? [];
  return name === undefined ? null : name + branch;
}
