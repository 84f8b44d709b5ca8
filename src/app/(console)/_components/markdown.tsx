'use client';

import { ImageOff } from 'lucide-react';
import { isValidElement, memo, type ComponentProps, type ReactNode } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { cn } from '../../_lib/cn';
import { CodeBlock } from './code-block';

const plugins = [remarkGfm];

/** A model writes what it was told to, also by a page or a file it has read: no markup of its own, and nothing is fetched by reading. */
const components: Components = {
  a: ({ href, children }) => <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="rounded-sm text-accent-ink underline decoration-accent/40 underline-offset-3 hover:decoration-current">{children}</a>,
  img: ({ src, alt }) => <Picture src={typeof src === 'string' ? src : ''} alt={alt ?? ''} />,
  pre: ({ children }) => <Pre>{children}</Pre>,
  code: ({ children }) => <code className="rounded-md bg-sunken px-1.5 py-0.5 font-mono text-[0.875em]">{children}</code>,
  table: ({ children }) => <div tabIndex={0} role="region" aria-label="Table" className="my-3 overflow-x-auto rounded-lg border border-line"><table className="w-full text-[0.875rem]">{children}</table></div>,
  th: ({ children, style }) => <th style={style} className="border-b border-line bg-sunken px-3 py-2 text-left font-semibold">{children}</th>,
  td: ({ children, style }) => <td style={style} className="border-b border-line px-3 py-2 align-top [tr:last-child>&]:border-b-0">{children}</td>,
  input: ({ checked }: ComponentProps<'input'>) => <span className="mr-1.5">{checked ? '☑' : '☐'}<span className="sr-only">{checked ? 'Done: ' : 'To do: '}</span></span>,
};

/** Our own files are shown; a picture elsewhere would tell its host who reads what, so it stays a link. */
function Picture({ src, alt }: { src: string; alt: string }) {
  if (src.startsWith('/api/files/')) return <img src={src} alt={alt} className="my-2 max-h-80 rounded-lg border border-line" />;
  if (!/^https?:\/\//i.test(src)) return <span className="text-ink-2">{alt}</span>;
  return (
    <a href={src} target="_blank" rel="noopener noreferrer nofollow" title="Pictures from elsewhere are not loaded: opening the link is up to you" className="inline-flex items-center gap-1.5 rounded-md border border-line bg-sunken px-2 py-0.5 text-[0.8125rem] text-ink-2 hover:text-ink">
      <ImageOff aria-hidden className="size-3.5" />{alt || 'Picture'} <span className="text-ink-3">{hostOf(src)}</span>
    </a>
  );
}

function hostOf(address: string): string {
  try {
    return new URL(address).hostname;
  } catch {
    return '';
  }
}

function Pre({ children }: { children?: ReactNode }) {
  if (!isValidElement<{ className?: string; children?: ReactNode }>(children)) return <pre>{children}</pre>;
  const language = /language-(\S+)/.exec(children.props.className ?? '')?.[1];
  return <CodeBlock code={textOf(children.props.children).replace(/\n$/, '')} language={language} />;
}

const textOf = (node: ReactNode): string => (typeof node === 'string' ? node : Array.isArray(node) ? node.map(textOf).join('') : '');

/** An answer as its model meant it: headings, lists, tables and code. Raw HTML stays text. */
export const Markdown = memo(function Markdown({ text, writing = false }: { text: string; writing?: boolean }) {
  return <div className={cn('prose', writing && 'prose-writing')}><ReactMarkdown remarkPlugins={plugins} components={components}>{text}</ReactMarkdown></div>;
});
