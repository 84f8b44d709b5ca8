import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Imports run one way: app -> contracts; realtime -> server; server knows neither. See "Layout" in the README. */
const zones = [
  { target: 'src/server', from: 'src/realtime', message: 'server is used by realtime, never the other way round: put what both need into server.' },
  { target: 'src/server', from: 'src/app', message: 'server must run without the console.' },
  { target: 'src/realtime', from: 'src/app', message: 'realtime must run without the console.' },
  {
    target: 'src/app',
    from: 'src/realtime',
    except: ['./contract'],
    message: 'browser code may import wire contracts only: anything else drags Node into the bundle.',
  },
  {
    target: 'src/server/platform',
    from: 'src/server',
    except: ['./platform'],
    message: 'platform is a leaf: domains use it, it knows no domain.',
  },
  {
    target: 'src/realtime/pipeline/frame.ts',
    from: 'src',
    message: 'frames are the vocabulary of the pipeline: they import nothing above themselves.',
  },
  {
    target: ['src/realtime/transport', 'src/realtime/providers', 'src/realtime/audio'],
    from: 'src/realtime/session',
    message: 'media and providers know nothing of sessions: data flows up through interfaces.',
  },
  {
    target: ['src/realtime/pipeline', 'src/realtime/session'],
    from: 'src/realtime/providers',
    except: ['./stt.ts', './tts.ts', './vad.ts'],
    message: 'stages and sessions know provider interfaces, never a vendor: main.ts chooses.',
  },
];

/** Browser code may use these parts of the server: contracts and the router as a type. */
const appMayImport = [
  {
    // A pattern of globs cannot take back what '@/server/**' has excluded, so this says it in one expression.
    regex: '^@/server/(?!.*[/.]contract$)',
    allowTypeImports: true,
    message: 'pages import contracts (and types); the rest of the server is reached through tRPC.',
  },
];

export default tseslint.config(
  { ignores: ['node_modules', '.next', 'dist', 'data', 'drizzle', 'next-env.d.ts', 'test-output'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createTypeScriptImportResolver({ project: './tsconfig.json' })] },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones, basePath: import.meta.dirname }],
      'import-x/no-cycle': ['error', { maxDepth: 8 }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false, arguments: false } }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-properties': ['error', { object: 'process', property: 'env', message: 'Settings come from platform/config.ts.' }],
    },
  },
  { files: ['src/app/**/*.{ts,tsx}'], ignores: ['src/app/api/**'], rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: appMayImport }] } },
  { files: ['src/server/platform/config.ts', 'src/server/start.ts', 'src/server/build.ts', 'src/server/*/main.ts', 'src/server/platform/db/*/main.ts', 'src/realtime/main.ts', '*.config.ts', 'test/**'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['*.js', '*.mjs'], ...tseslint.configs.disableTypeChecked },
);
