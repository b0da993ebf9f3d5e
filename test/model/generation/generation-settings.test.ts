import assert from 'node:assert/strict';
import { after, suite, test } from 'node:test';
import { FixtureCopies } from '../fixture-copy.js';
import { openFolderModel } from '../open-fixture.js';

const copies = new FixtureCopies();
after(() => copies.remove());

const input = { tokenIds: [14, 41, 48, 21], decoderTokenIds: [2] };

/** The ids that a copy of a tiny BART writes with these settings in generation_config.json. */
async function written(settings: Readonly<Record<string, unknown>>, maxNewTokens = 5) {
  const folder = await copies.make('bart-default', {});
  await copies.write(folder, 'generation_config.json', settings);
  await using model = await openFolderModel(folder);
  const { tokens, promptLength, ignored, finishReason } = await model.generate(input, { maxNewTokens });
  return { ids: tokens.slice(promptLength).map(({ id }) => id), ignored, finishReason };
}

suite('what generation_config.json says', () => {
  test('the first token may be forced, and the last one where a text is as long as it may be', async () => {
    const free = await written({});
    const forced = await written({ forced_bos_token_id: 33, forced_eos_token_id: 9, eos_token_id: 9 });
    assert.equal(free.ids.length, 5);
    assert.notEqual(free.ids[0], 33);
    assert.deepEqual([forced.ids[0], forced.ids.at(-1), forced.finishReason], [33, 9, 'eos']);
  });

  test('only a text of one token is followed by the forced first one', async () => {
    const folder = await copies.make('bart-default', {});
    await copies.write(folder, 'generation_config.json', { forced_bos_token_id: 33 });
    await using model = await openFolderModel(folder);
    const longer = { ...input, decoderTokenIds: [2, 7] };
    const { tokens } = await model.generate(longer, { maxNewTokens: 1 });
    assert.notEqual(tokens.at(-1)!.id, 33);
  });

  test('tokens may be forbidden, everywhere or as the first', async () => {
    const [first] = (await written({})).ids;
    const never = await written({ suppress_tokens: [first], bad_words_ids: [[20], [7, 8]] });
    assert.ok(!never.ids.includes(first!) && !never.ids.includes(20));
    assert.deepEqual(never.ignored, ['bad_words_ids of several tokens']);
    const later = await written({ begin_suppress_tokens: [first] });
    assert.notEqual(later.ids[0], first);
  });

  test('what is not followed is named', async () => {
    const settings = {
      num_beams: 4,
      min_length: 56,
      no_repeat_ngram_size: 3,
      repetition_penalty: 1,
      length_penalty: 2,
    };
    assert.deepEqual((await written(settings)).ignored, [
      'num_beams 4',
      'min_length 56',
      'no_repeat_ngram_size 3',
    ]);
  });

  test('what is no token is refused', async () => {
    await assert.rejects(written({ forced_bos_token_id: 'de' }), {
      code: 'bad-checkpoint',
      message: /generation_config\.json .*: forced_bos_token_id must be a token id/,
    });
  });
});
