import { BinaryReader, type WireType } from '@bufbuild/protobuf/wire';
import { PellucidError } from '../../errors.js';

/** What a SentencePiece model file holds of what cutting a text needs (sentencepiece_model.proto). */
export interface SentencePieceModel {
  readonly algorithm: 'Unigram' | 'BPE';
  /** In the order of their ids. */
  readonly pieces: readonly SentencePiece[];
  readonly unknownId: number;
  /** Whether unknown characters are written as bytes. */
  readonly byteFallback: boolean;
  /** The compiled normaliser; empty where there is none. */
  readonly charactersMap: Uint8Array;
  readonly addsDummyPrefix: boolean;
  readonly removesExtraSpaces: boolean;
}

export interface SentencePiece {
  readonly piece: string;
  readonly score: number;
  readonly kind: 'normal' | 'unknown' | 'control' | 'user-defined' | 'unused' | 'byte';
}

const kinds = ['normal', 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'] as const;

/** Reads one field of a message, by its number; false for one that is not wanted. */
type Field = (field: number, reader: BinaryReader) => boolean;

/**
 * Reads a SentencePiece model.
 * @param file its name, for messages
 * @throws PellucidError `bad-checkpoint` when the bytes are no such model, `unsupported` for an algorithm or a setting
 * that no known family of language models uses.
 */
export function readSentencePieceModel(bytes: Uint8Array, file: string): SentencePieceModel {
  const pieces: SentencePiece[] = [];
  const found = {
    algorithm: 1,
    unknownId: 0,
    byteFallback: false,
    suffix: false,
    charactersMap: new Uint8Array(),
    addsDummyPrefix: true,
    removesExtraSpaces: true,
    escapesSpaces: true,
  };
  const trainer: Field = (field, reader) => {
    if (field === 3) found.algorithm = reader.int32();
    else if (field === 24) found.suffix = reader.bool();
    else if (field === 35) found.byteFallback = reader.bool();
    else if (field === 40) found.unknownId = reader.int32();
    else return false;
    return true;
  };
  const normalizer: Field = (field, reader) => {
    if (field === 2) found.charactersMap = new Uint8Array(reader.bytes());
    else if (field === 3) found.addsDummyPrefix = reader.bool();
    else if (field === 4) found.removesExtraSpaces = reader.bool();
    else if (field === 5) found.escapesSpaces = reader.bool();
    else return false;
    return true;
  };
  const model: Field = (field, reader) => {
    if (field === 1) pieces.push(readPiece(reader));
    else if (field === 2) readMessage(reader, reader.uint32(), trainer);
    else if (field === 3) readMessage(reader, reader.uint32(), normalizer);
    else return false;
    return true;
  };
  try {
    readMessage(new BinaryReader(bytes), bytes.length, model);
  } catch (cause) {
    throw new PellucidError(
      'bad-checkpoint',
      `${file} is no SentencePiece model: its bytes break off or are others`,
      {
        cause,
      },
    );
  }
  const { algorithm, suffix, escapesSpaces, ...rest } = found;
  if (pieces.length === 0 || pieces[rest.unknownId] === undefined) {
    throw new PellucidError(
      'bad-checkpoint',
      `${file} is no SentencePiece model: it has no pieces, or no unknown one`,
    );
  }
  if ((algorithm !== 1 && algorithm !== 2) || suffix || !escapesSpaces) {
    throw new PellucidError(
      'unsupported',
      `${file} cuts words or characters, or marks spaces behind words; supported are SentencePiece's Unigram and BPE models with spaces in front`,
    );
  }
  return { algorithm: algorithm === 1 ? 'Unigram' : 'BPE', pieces, ...rest };
}

function readPiece(reader: BinaryReader): SentencePiece {
  let [piece, score, kind] = ['', 0, 1];
  readMessage(reader, reader.uint32(), (field) => {
    if (field === 1) piece = reader.string();
    else if (field === 2) score = reader.float();
    else if (field === 3) kind = reader.int32();
    else return false;
    return true;
  });
  const name = kinds[kind];
  if (name === undefined || Number.isNaN(score)) throw new RangeError(`piece of kind ${kind}`);
  return { piece, score, kind: name };
}

function readMessage(reader: BinaryReader, length: number, read: Field): void {
  const end = reader.pos + length;
  if (end > reader.len) throw new RangeError('a message is longer than the file');
  while (reader.pos < end) {
    const [field, wire] = reader.tag();
    if (!read(field, reader)) reader.skip(wire as WireType, field);
  }
  if (reader.pos !== end) throw new RangeError('a field is longer than its message');
}
