import type { Frame } from './frame';

/**
 * One step of the pipeline. It pulls: a stage works only as far ahead as the one after it asks,
 * so that the playout at the end bounds them all. A stage ends when its input ends or the signal aborts.
 */
export interface Stage<In extends Frame, Out extends Frame> {
  run(input: AsyncIterable<In>, signal: AbortSignal): AsyncIterable<Out>;
}
