// What a test file of the second run finds set: `startRoster` keeps its data in PostgreSQL then (roster.ts).
process.env.TEST_DATABASE = "postgres";
