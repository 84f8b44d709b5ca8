import type { LanguageModelV3CallOptions } from '@ai-sdk/provider';
import type { QuotedFile } from '../../files/passages/quoted-file';
import { tellingTerms, termsOf } from '../../files/passages/search-terms';

/** What the prompt brings of files, as data; run-turn puts it beside the words that every other model reads. */
export function filesIn({ prompt }: LanguageModelV3CallOptions): QuotedFile[] {
  const message = prompt.findLast(({ role }) => role === 'user');
  if (message?.role !== 'user') return [];
  return message.content.flatMap((part) => (part.providerOptions?.parley?.files ?? []) as unknown as QuotedFile[]);
}

const SUMMARY = /\b(?:summar\w*|overview|gist|outline|tl;?dr)\b|\bwhat(?:'s| is| does| are|s)\b.*\b(?:in|inside|contain\w*|about|say|says|this|it|these)\b[^?]*\b(?:file|files|document|documents|attachment|pdf|table|csv|image|picture|photo|spreadsheet)\b|\b(?:what is (?:this|it)(?: about)?|read (?:this|it|the file|the document)|describe (?:this|it|the file|the document))\b/;
const UPLOADED = /^\[file uploaded: .*\]$/s;
const NAMES_A_FILE = /\b(?:file|files|document|documents|attachment|attached|pdf|page|pages|table|csv|spreadsheet|report|contract|letter|text|paper|image|picture|photo)\b/;

/** Of the question's telling words, as many as a passage must have before it is taken for an answer. */
const ENOUGH = 0.5;
const MOST_SENTENCES = 2;
const MOST_CHARACTERS = 500;

/** Whether the question is plainly about what was sent along, rather than about the time or a sum. */
export const namesAFile = (text: string, files: readonly QuotedFile[]): boolean => {
  const said = text.toLowerCase();
  return UPLOADED.test(said) || SUMMARY.test(said) || NAMES_A_FILE.test(said) || files.some(({ name }) => said.includes(name.toLowerCase()));
};

/** The best passage with its source, or the beginning; undefined when the question is about something else. */
export function answerFromFiles(text: string, files: readonly QuotedFile[]): string | undefined {
  if (files.length === 0) return undefined;
  const said = text.toLowerCase().replace(/[’]/g, "'");
  const named = files.filter(({ name }) => said.includes(name.toLowerCase()));
  const meant = named.length > 0 ? named : files;
  if (UPLOADED.test(said) || text.trim() === '') return describe(meant.at(-1)!);
  if (SUMMARY.test(said)) return meant.length > 1 && /\b(?:files|documents|these|all)\b/.test(said) ? meant.map(describe).join('\n\n') : describe(meant.at(-1)!);
  const terms = tellingTerms(text);
  const [best] = meant.flatMap((file) => file.best.map((passage) => ({ file, passage }))).sort((a, b) => b.passage.share - a.passage.share || b.passage.score - a.passage.score);
  if (best && best.passage.share >= ENOUGH) return `${source(best.file.name, best.passage.page)}: “${quotation(best.passage.text, terms)}”`;
  if (!namesAFile(text, files)) return undefined;
  const unseen = meant.length === 1 && meant[0]!.kind === 'image';
  return unseen ? describe(meant[0]!) : `I found nothing about that in ${meant.map(({ name }) => name).join(', ')}.`;
}

const source = (name: string, page: number | null): string => `From ${name}${page === null ? '' : `, page ${page}`}`;

function describe(file: QuotedFile): string {
  if (file.kind === 'image') return `${file.name} is an image. I have no language model configured, so I cannot see what is in it.`;
  const pages = file.pageCount === null ? '' : ` has ${file.pageCount} page${file.pageCount === 1 ? '' : 's'} and`;
  const beginning = clipped(file.beginning.replaceAll('\f', ' ').replace(/\s+/g, ' ').trim());
  return beginning === '' ? `${file.name}${pages === '' ? '' : `${pages.replace(/ and$/, ',')} but`} has no text that I can read.` : `${file.name}${pages} begins: “${beginning}”`;
}

/** The sentence, or line of a table, with most of the question's words, and the one after it. */
function quotation(text: string, terms: readonly string[]): string {
  const sentences = text.split(/(?<=[.!?。！？])\s+|\n+/).map((sentence) => sentence.trim()).filter((sentence) => sentence !== '');
  let at = 0;
  let most = -1;
  for (const [index, sentence] of sentences.entries()) {
    const own = new Set(termsOf(sentence));
    const hits = terms.filter((term) => own.has(term) || [...own].some((word) => term.length > 3 && word.startsWith(term))).length;
    if (hits > most) [at, most] = [index, hits];
  }
  return clipped(sentences.slice(at, at + MOST_SENTENCES).join(' ').replace(/\s+/g, ' '));
}

const clipped = (text: string): string => (text.length <= MOST_CHARACTERS ? text : `${text.slice(0, text.lastIndexOf(' ', MOST_CHARACTERS) > 0 ? text.lastIndexOf(' ', MOST_CHARACTERS) : MOST_CHARACTERS)} …`);
