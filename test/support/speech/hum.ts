/** Something to be listened to, without a word in it: what keeps a worker busy. Digital silence is known at a glance. */
export const hum = (seconds: number, sampleRate = 16_000): Int16Array => Int16Array.from({ length: seconds * sampleRate }, (_, at) => (at % 160 < 80 ? 1_000 : -1_000));
