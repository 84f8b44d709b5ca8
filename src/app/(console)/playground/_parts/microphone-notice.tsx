import { Notice } from '../../../_ui/states';
import type { MicrophoneProblem } from '../_lib/microphone';

const WORDS: Record<MicrophoneProblem, { title: string; mend: string }> = {
  denied: { title: 'The microphone is blocked.', mend: 'Allow it for this page with the icon beside the address, then try again. Writing works meanwhile.' },
  missing: { title: 'No microphone was found.', mend: 'Connect one, or choose one in the system’s sound settings. Writing works meanwhile.' },
  busy: { title: 'The microphone is in use.', mend: 'Close the program that is holding it, then try again.' },
  insecure: { title: 'This page may not use the microphone.', mend: 'Browsers give it to HTTPS and localhost only: open Parley at localhost, or set TLS_CERT and TLS_KEY.' },
  failed: { title: 'The microphone could not be started.', mend: 'Try again; if it stays so, restart the browser.' },
};

export const MicrophoneNotice = ({ problem }: { problem: MicrophoneProblem }) => (
  <Notice tone="warn"><strong className="font-semibold">{WORDS[problem].title}</strong> {WORDS[problem].mend}</Notice>
);
