import { LogoMark } from '../../../_ui/logo';

const SUGGESTIONS = ['What can you do?', 'What is 18 percent of 240?', 'What time is it in Tokyo?'];

/** A thread that has not begun. */
export const Welcome = ({ onAsk, isListening }: { onAsk: (text: string) => void; isListening: boolean }) => (
  <div className="m-auto flex flex-col items-center py-8 text-center">
    <LogoMark className="mb-5 size-12" />
    <h2 className="text-xl font-semibold tracking-[-0.018em]">{isListening ? 'Speak, you are heard' : 'What would you like to know?'}</h2>
    <p className="mt-1.5 max-w-sm text-ink-2">Write, speak or drop a file: it all belongs to one thread, which can be continued anywhere.</p>
    {!isListening && (
      <ul aria-label="Suggestions" className="mt-6 flex flex-wrap justify-center gap-2">
        {SUGGESTIONS.map((text) => (
          <li key={text}>
            <button type="button" onClick={() => onAsk(text)} className="rounded-full border border-line bg-surface px-3.5 py-1.5 text-[0.8125rem] text-ink-2 shadow-card transition-colors hover:border-line-strong hover:text-ink">{text}</button>
          </li>
        ))}
      </ul>
    )}
  </div>
);
