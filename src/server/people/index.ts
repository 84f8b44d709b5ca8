export { signInWithOidc } from './sign-in-with-oidc';
