import { describe, expect, it } from 'vitest';
import { conversationTitle } from '@/app/(console)/_components/conversation-title';
import { snippetWithoutMarks } from '@/app/(console)/_components/snippet-without-marks';

const titled = (title: string | null) => conversationTitle({ title, status: 'ended', channel: 'chat', user_label: 'me' });

describe('what a thread is called', () => {
  it.each([
    ['[File uploaded: plan.pdf]', 'plan.pdf'],
    ['[File uploaded: a [draft].pdf]', 'a [draft].pdf'],
    ['[File uploaded: plan.pdf] (branch 2)', 'plan.pdf (branch 2)'],
    ['[File uploaded: a name that the list has cut of', 'a name that the list has cut of'],
    ['What is in [File uploaded: plan.pdf]?', 'What is in [File uploaded: plan.pdf]?'],
    ['How do I deploy it?', 'How do I deploy it?'],
  ])('%s is %s', (title, shown) => {
    expect(titled(title)).toBe(shown);
  });

  it('names a file that was searched for without the record’s words around it', () => {
    const parts = [{ text: '[File uploaded: the ', match: false }, { text: 'plan', match: true }, { text: '.pdf]', match: false }];
    expect(snippetWithoutMarks(parts)).toEqual([{ text: 'the ', match: false }, { text: 'plan', match: true }, { text: '.pdf', match: false }]);
    const own = [{ text: 'the ', match: false }, { text: 'plan', match: true }];
    expect(snippetWithoutMarks(own)).toBe(own);
    expect(snippetWithoutMarks([{ text: '[', match: false }, { text: 'File', match: true }, { text: ' uploaded: a.pdf]', match: false }])).toEqual([{ text: 'a.pdf', match: false }]);
  });
});
