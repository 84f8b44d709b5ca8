import type { NextConfig } from 'next';

const config: NextConfig = {
  // The API answers with and without a trailing slash itself.
  skipTrailingSlashRedirect: true,
  poweredByHeader: false,
  reactStrictMode: true,
  devIndicators: false,
  // Types are checked by `npm run types` over the whole repository.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ['@node-rs/argon2', 'postgres', 'pino', 'drizzle-orm'],
};

export default config;
