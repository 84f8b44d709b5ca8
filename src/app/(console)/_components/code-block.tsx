'use client';

import { memo } from 'react';
import { CopyButton } from '../../_ui/copy-button';
import { highlighted } from './highlight';

/** Code in an answer: its language, its colours, and a way to take it along. */
export const CodeBlock = memo(function CodeBlock({ code, language }: { code: string; language: string | undefined }) {
  return (
    <figure data-copyable className="group/code my-3 overflow-hidden rounded-lg border border-line bg-surface first:mt-1 last:mb-1">
      <figcaption className="flex h-9 items-center justify-between border-b border-line bg-sunken pr-1 pl-3.5 font-sans text-xs text-ink-3">
        <span>{language ?? 'Text'}</span>
        <CopyButton text={code} label="Copy code" iconOnly className="size-7" />
      </figcaption>
      <pre tabIndex={0} aria-label={language ? `Code in ${language}` : 'Code'} className="overflow-x-auto px-3.5 py-3 -outline-offset-2"><code data-copy-source className="code font-mono text-[0.8125rem] leading-5">{highlighted(code, language)}</code></pre>
    </figure>
  );
});
