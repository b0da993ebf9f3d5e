import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseInterventions } from '../../src/model/parse-interventions.js';

test('one object or a list of them, with nested values as tensors', () => {
  assert.deepEqual(parseInterventions('{"hook":"a","edit":"zero","heads":[1]}'), [
    { hook: 'a', edit: 'zero', heads: [1] },
  ]);
  const [first, second] = parseInterventions(
    '[{"hook":"a","edit":"add","value":2},{"hook":"b","edit":"replace","value":[[1,2,3],[4,5,6]]}]',
  );
  assert.equal(first!.value, 2);
  assert.deepEqual(second!.value, { dtype: 'F32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
});

test('what is wrong is named', () => {
  const refused = (json: string, message: RegExp) =>
    assert.throws(() => parseInterventions(json), { name: 'PellucidError', code: 'bad-input', message });
  refused('{', /not JSON.*example/);
  refused('[{"hook":"a","edit":"zero"},{"hook":"a","edit":"zap"}]', /intervention 2, field edit.*zero/);
  refused('{"hook":"a","edit":"zero","head":1}', /intervention 1.*head/);
  refused('{"hook":"a","edit":"zero","heads":[0.5]}', /field heads\.0/);
  refused('{"hook":"a","edit":"add","value":[[1,2],[3]]}', /not equally long/);
  refused('{"hook":"a","edit":"add","value":[[1,2],3]}', /field value/);
  refused('{"hook":"a","edit":"add","value":[]}', /empty/);
});
