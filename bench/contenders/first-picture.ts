/**
 * What a person's first program does: open a checkpoint, read a text, draw one head. Arguments: the checkpoint's folder, the
 * text, the picture's file. Prints the milliseconds of each step once the picture is on the disk.
 */
const start = performance.now();
// As a user does: by the package's name.
const { heatmap, loadModel } = await import('pellucid');
const imported = performance.now();
const [folder, text, file] = process.argv.slice(2) as [string, string, string];
const model = await loadModel(folder);
const loaded = performance.now();
const run = await model.run(text);
const ran = performance.now();
await heatmap(run.attention({ layer: 0, head: 0 }), { annotate: true, colors: 'YlGnBu' }).save(file);
const drawn = performance.now();
const steps = {
  start,
  import: imported - start,
  load: loaded - imported,
  run: ran - loaded,
  draw: drawn - ran,
};
process.stdout.write(`${JSON.stringify(steps)}\n`);
await model.close();
