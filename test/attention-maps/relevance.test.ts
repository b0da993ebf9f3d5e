import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import {
  attentionMap,
  crossRelevance,
  encoderDecoderRelevance,
  positiveGradientWeights,
  relevance,
} from '../../src/attention-maps/index.js';
import { assertClose } from '../methods/method-golden.js';
import { layers, three } from './golden-maps.js';

/** A few products of doubles. */
const tolerance = 1e-12;

suite('relevance', () => {
  test('of one head in two layers is that of the formula', () => {
    const gradients = [three(0.5, 0, 0, -1, 2, 0, 1, 0.5, -0.2), three(0.1, 0, 0, 0.3, 0.2, 0, 0.4, -0.6, 2)];
    const weights = layers.map((map, i) => positiveGradientWeights([map], [gradients[i]!]));
    const expected = [1.65, 0, 0, 0.045, 2.124, 0, 0.6, 0.225, 1.5];
    assertClose(relevance(weights).weights, expected, tolerance, 'relevance');
  });

  test('what is negative is cut off in each head, before the mean', () => {
    const one = attentionMap(1, 2, [0.5, 0.5]);
    const mean = positiveGradientWeights(
      [one, one],
      [attentionMap(1, 2, [4, -4]), attentionMap(1, 2, [-4, -4])],
    );
    assert.deepEqual([...mean.weights], [1, 0]);
  });

  test('cross-attention reads what both sides have gathered', () => {
    const own = attentionMap(2, 2, [2, 3, 0, 1]); // R − I = [[1, 3], [0, 0]] → norm = [[1.25, 0.75], [0, 1]]
    const other = attentionMap(3, 3, [1, 0, 0, 1, 1, 1, 0, 0, 1.5]); // norm = I + [[0,0,0], [.5,0,.5], [0,0,1]]
    const cross = attentionMap(2, 3, [1, 0, 0, 0, 0, 0]);
    const weights = attentionMap(2, 3, [0.4, 0.2, 0, 0, 0.1, 0.3]);
    // normᵀ · Ā = [[.5, .25, 0], [.3, .25, .3]]; times norm(other): [[.625, .25, .125], [.425, .25, .725]].
    const expected = [1.625, 0.25, 0.125, 0.425, 0.25, 0.725];
    assertClose(crossRelevance({ own, other, cross }, weights).weights, expected, tolerance, 'cross');
  });

  test('through encoder and decoder adds self-attention first, then cross attention', () => {
    const encoder = [attentionMap(2, 2, [0.2, 0.2, 0, 0.5])]; // norm(I + Ā) = [[1.5, .5], [0, 2]]
    const cross = [attentionMap(2, 2, [0.4, 0.1, 0, 0.3]), attentionMap(2, 2, [0.4, 0.1, 0, 0.3])];
    const decoder = [attentionMap(2, 2), attentionMap(2, 2, [0, 0, 0.5, 0])];
    const one = encoderDecoderRelevance({ encoder, decoder: decoder.slice(0, 1), cross });
    assertClose(one.weights, [0.6, 0.4, 1, 0, 0, 0.6, 0, 1], tolerance, 'one layer');
    // Self-attention makes it [[.6, .4], [.3, .8]]; normᵀ · Ā · norm(other) adds [[.6, 1], [0, .6]].
    const two = encoderDecoderRelevance({ encoder, decoder, cross });
    assertClose(two.weights, [1.2, 1.4, 1, 0, 0.3, 1.4, 0.5, 1], tolerance, 'two layers');
  });
});
