import bash from 'highlight.js/lib/languages/bash';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import go from 'highlight.js/lib/languages/go';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import markdown from 'highlight.js/lib/languages/markdown';
import python from 'highlight.js/lib/languages/python';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import { toJsxRuntime } from 'hast-util-to-jsx-runtime';
import { createLowlight } from 'lowlight';
import type { ReactNode } from 'react';
import { Fragment, jsx, jsxs } from 'react/jsx-runtime';

/** The languages that answers are mostly written in; each one is weight that every reader downloads. */
const lowlight = createLowlight({ bash, css, diff, go, java, javascript, json, markdown, python, rust, sql, typescript, xml, yaml });
lowlight.registerAlias({ xml: ['html', 'svg'], bash: ['shell', 'console', 'zsh'] });

/** Colouring takes time with the length; what is longer is read as it is. */
const LONGEST_CHARACTERS = 20_000;

/** Code in colours, where the language is known; as it is otherwise. */
export const highlighted = (code: string, language: string | undefined): ReactNode =>
  language === undefined || code.length > LONGEST_CHARACTERS || !lowlight.registered(language)
    ? code
    : toJsxRuntime(lowlight.highlight(language, code), { Fragment, jsx, jsxs });
