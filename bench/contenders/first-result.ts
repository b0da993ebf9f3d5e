/**
 * What a person's first program does before any picture: open a checkpoint, read a text, print what comes next. Arguments:
 * the checkpoint's folder and the text. Prints the milliseconds of each step.
 */
const start = performance.now();
// As a user does: by the package's name.
const { loadModel } = await import('pellucid');
const imported = performance.now();
const [folder, text] = process.argv.slice(2) as [string, string];
const model = await loadModel(folder);
const loaded = performance.now();
const run = await model.run(text);
const [prediction] = run.predictions(5);
const ran = performance.now();
const steps = { start, import: imported - start, load: loaded - imported, run: ran - loaded };
process.stderr.write(`${prediction!.candidates.map((candidate) => candidate.text).join(', ')}\n`);
process.stdout.write(`${JSON.stringify(steps)}\n`);
await model.close();
