// Set for the test files of the second run, so that `startRoster` keeps its data in PostgreSQL (roster.ts).
process.env.TEST_DATABASE = "postgres";
