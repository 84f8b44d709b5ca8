import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, by the folder or the beginning of their name. One that is missing here costs a wait at the end, no more. */
const SLOW = [
  'server/llm/providers', 'server/files/attach', 'server/platform/db/transfer/', 'realtime/telephone/', 'server/platform/db/embedded/',
  'server/contract/', 'server/chat/', 'server/people/password-resets', 'server/webhooks/', 'realtime/', 'server/platform/',
];

/** Who starts a long file last waits for it with idle cores. Vitest knows how long a file took when it ran before, a fresh clone does not. */
export class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const path = relative('test', relative(this.ctx.config.root, moduleId));
      const index = SLOW.findIndex((beginning) => path.startsWith(beginning));
      return index < 0 ? SLOW.length : index;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}
