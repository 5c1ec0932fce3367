// Jest's transform. Types become blanks, so lines and columns in stack traces stay those of the source.
const { stripTypeScriptTypes } = require("node:module");

const process = (source) => ({ code: stripTypeScriptTypes(source, { mode: "strip" }) });

module.exports = { process, processAsync: async (source) => process(source) };
