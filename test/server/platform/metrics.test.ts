import { describe, expect, it } from 'vitest';
import { createMetrics, mergeMetrics } from '@/server/platform/metrics';

describe('merged metrics', () => {
  it('have each family once, with its head and the samples of all, histograms included', () => {
    const one = '# HELP a_seconds A\n# TYPE a_seconds histogram\na_seconds_bucket{le="1",process="web"} 1\na_seconds_sum{process="web"} 1\na_seconds_count{process="web"} 1\n\n# HELP b B\n# TYPE b gauge\nb 2\n';
    const two = '# HELP a_seconds A\n# TYPE a_seconds histogram\na_seconds_count{process="realtime"} 4\n# HELP c_count C\n# TYPE c_count counter\nc_count 5\n';
    expect(mergeMetrics(one, '', two)).toBe([
      '# HELP a_seconds A', '# TYPE a_seconds histogram', 'a_seconds_bucket{le="1",process="web"} 1', 'a_seconds_sum{process="web"} 1', 'a_seconds_count{process="web"} 1', 'a_seconds_count{process="realtime"} 4',
      '', '# HELP b B', '# TYPE b gauge', 'b 2', '', '# HELP c_count C', '# TYPE c_count counter', 'c_count 5', '',
    ].join('\n'));
  });

  it('have no sample twice when two processes report the same figures', async () => {
    const merged = mergeMetrics(await createMetrics('web').metrics(), await createMetrics('realtime').metrics());
    const samples = merged.split('\n').filter((line) => line && !line.startsWith('#')).map((line) => line.replace(/ [^ ]+$/, ''));
    expect(new Set(samples).size).toBe(samples.length);
    expect(merged.match(/^# TYPE process_cpu_seconds_total /gm)).toHaveLength(1);
  });
});
