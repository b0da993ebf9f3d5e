import type { CheckpointFiles } from '../checkpoint-files.js';
import type { AddedToken } from './added-tokens.js';
import type { Component } from './component.js';
import type { ModelDescription } from './model-description.js';
import type { DeclarationSources, SpecialName } from './special-tokens.js';
import type { Template } from './template.js';

/** What stands around a vocabulary: how a text is prepared for it, and its entries become a text again. */
export interface TextReader {
  readonly normalizer: Component | null;
  readonly preTokenizer: Component | null;
  readonly decoder: Component | null;
}

/** Everything that decides how a text becomes tokens, checked, whichever files it came from. */
export interface TokenizerDescription extends TextReader {
  readonly model: ModelDescription;
  /** What else cuts texts of the target language, into entries of the same ids. */
  readonly target?: TextReader & { readonly model: ModelDescription };
  /** A piece that is taken as it stands where a text begins, sticky. */
  readonly leading?: RegExp;
  readonly template: Template;
  readonly addedTokens: readonly AddedToken[];
  readonly named: ReadonlyMap<SpecialName, string>;
}

/** What the rules of one tokenizer class start from. */
export interface TokenizerSources {
  readonly files: CheckpointFiles;
  /** `tokenizer.json` where there is one. */
  readonly tokenizer: Record<string, unknown> | undefined;
  /** `tokenizer_config.json`, empty when there is none. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly declarations: Omit<DeclarationSources, 'defaults'>;
}

/** Builds the description of a class's tokenizers; undefined when its files are not there. */
export type TokenizerClass = (sources: TokenizerSources) => Promise<TokenizerDescription | undefined>;
