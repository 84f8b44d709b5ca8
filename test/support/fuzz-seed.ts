import fc from 'fast-check';

/** One commit, one verdict: the same cases each time, unless `FUZZ_SEED` asks for others. A finding becomes a case of its own. */
fc.configureGlobal({ seed: Number(process.env.FUZZ_SEED ?? 20_261_121) });
