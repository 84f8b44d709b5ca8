/** Makes the database template that every test file clones; see database.ts. */
export default async function setup(): Promise<void> {}
