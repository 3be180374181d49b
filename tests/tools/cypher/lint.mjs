// Neo4j's own linter and formatter over Cypher texts, in Cypher 5 and Cypher 25.
//
// stdin: {"schema": {labels, relationshipTypes},
//   "texts": [{"name", "text", "parameters", "propertyKeys"}]}
// stdout: "name:line: what is wrong", a line each. The exit status is 1 if there is one.
//
// `node lint.mjs --format FILE…` writes the files as the formatter writes them.

import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { formatQuery, lintCypherQuery, testData } from '@neo4j-cypher/language-support';

const LANGUAGES = ['CYPHER 5', 'CYPHER 25'];
// The package says what a misspelt function is only to who names all that there are; its
// own list of them lies with its test data.
const FUNCTIONS = Object.fromEntries(
  LANGUAGES.map((language) => [
    language,
    Object.fromEntries(
      Object.entries(testData.mockSchema.functions[language]).filter(
        ([, one]) => one.isBuiltIn,
      ),
    ),
  ]),
);
const NO_PROCEDURES = Object.fromEntries(LANGUAGES.map((language) => [language, {}]));

function linted(schema, one) {
  const found = new Map();
  for (const language of LANGUAGES) {
    const { diagnostics } = lintCypherQuery(one.text, {
      ...schema,
      propertyKeys: one.propertyKeys,
      parameters: Object.fromEntries(one.parameters.map((name) => [name, 0])),
      functions: FUNCTIONS,
      procedures: NO_PROCEDURES,
      defaultLanguage: language,
    });
    for (const { message, range } of diagnostics) {
      const said = `${one.name}:${range.start.line + 1}: ${message}`;
      found.set(said, [...(found.get(said) ?? []), language]);
    }
  }
  return [...found].map(([said, languages]) =>
    languages.length < LANGUAGES.length ? `${said} (${languages})` : said,
  );
}

// As every text file ours end with a newline, which the formatter leaves out.
const formatted = (text) => `${formatQuery(text).formattedQuery}\n`;

function misformatted(one) {
  const wanted = formatted(one.text);
  if (one.text === wanted) return [];
  const [is, should] = [one.text, wanted].map((text) => text.split('\n'));
  const place = should.findIndex((line, index) => line !== is[index]);
  const line = Math.min(place < 0 ? should.length : place, is.length - 1);
  const said = should[line] === is[line] || !should[line]
    ? 'the file does not end with one newline'
    : `the formatter writes "${should[line]}" here`;
  return [`${one.name}:${line + 1}: ${said}`];
}

function checked({ schema, texts }) {
  return texts.flatMap((one) => [...linted(schema, one), ...misformatted(one)]);
}

function inWorker(part) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: part });
    worker.once('message', resolve).once('error', reject);
  });
}

async function main() {
  const { schema, texts } = JSON.parse(readFileSync(0, 'utf8'));
  const count = Math.max(1, Math.min(availableParallelism(), 4, texts.length / 8));
  const parts = Array.from({ length: Math.floor(count) }, (_, worker) => ({
    schema,
    texts: texts.filter((_one, index) => index % Math.floor(count) === worker),
  }));
  const found = (await Promise.all(parts.map(inWorker))).flat().sort();
  for (const line of found) console.log(line);
  process.exitCode = found.length ? 1 : 0;
}

if (!isMainThread) parentPort.postMessage(checked(workerData));
else if (process.argv[2] !== '--format') await main();
else {
  for (const file of process.argv.slice(3)) {
    const text = readFileSync(file, 'utf8');
    if (text !== formatted(text)) writeFileSync(file, formatted(text));
  }
}
