/** The far end of the benchmark, in a process of its own so that its work is not counted: answers every call and sends every packet back. */
import { Exchange } from '@test/support/telephone/exchange';

const exchange = await Exchange.start(() => ({ silentMs: 0, ringsMs: 0, then: 'answers', talksMs: null }), { echoes: true });
process.send?.({ port: exchange.port });
process.on('disconnect', () => process.exit(0));
