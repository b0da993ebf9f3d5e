import { PellucidError } from '../../errors.js';
import type { Token } from '../../tensor/index.js';
import { type ChatTemplates, chosenTemplate } from './chat-templates.js';
import { renderTemplate } from './render-template.js';

/** One turn of a conversation. What templates read beside role and content (`tool_calls`, `name`) may stand there too. */
export interface ChatMessage {
  readonly role: string;
  /** A text, or its parts; null where a message has none (a call of a tool). */
  readonly content?: string | readonly ChatPart[] | null;
  readonly [field: string]: unknown;
}

/** A part of a message; only texts can be read. */
export interface ChatPart {
  readonly type: string;
  readonly text?: string;
  readonly [field: string]: unknown;
}

export interface ChatOptions {
  /** Whether the text ends with what stands before the model's own answer; false by default, as in transformers. */
  readonly addGenerationPrompt?: boolean | undefined;
  /** The name of one of the checkpoint's templates, or a template of one's own. */
  readonly template?: string | undefined;
  /** Descriptions of functions that the model may call, as JSON schemas. */
  readonly tools?: readonly object[] | undefined;
  /** Further values for the template, such as `enable_thinking`. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** The time that a template may write; now by default. */
  readonly now?: Date | undefined;
}

/** A conversation as the model reads it. */
export interface Chat {
  readonly text: string;
  /** Tokens of the text; nothing is added around them, since the template has written what is needed. */
  readonly tokens: Token[];
  /**
   * For each message the characters [start, end) of the text that are its content, without white space at its ends; null
   * where the template left it out or wrote it otherwise.
   */
  readonly turns: readonly (readonly [start: number, end: number] | null)[];
}

/** What a chat is rendered with. */
export interface ChatContext {
  readonly id: string;
  readonly templates: ChatTemplates;
  /** `bos_token` and the like. */
  readonly specials: Readonly<Record<string, string>>;
}

/**
 * Renders messages, and finds them again in the text.
 * @throws PellucidError see {@link renderTemplate}
 */
export function renderChat(
  messages: readonly ChatMessage[],
  options: ChatOptions,
  context: ChatContext,
): Pick<Chat, 'text' | 'turns'> {
  for (const [index, message] of messages.entries()) checkMessage(message, index);
  if (messages.length === 0)
    throw new PellucidError('bad-input', 'No messages are given: at least one is needed.');
  const { tools = null, addGenerationPrompt = false, now = new Date() } = options;
  const template = chosenTemplate(context.templates, options.template, tools !== null, context.id);
  const render = (given: readonly ChatMessage[]): string => {
    const own = { messages: given, tools, documents: null, add_generation_prompt: addGenerationPrompt };
    return renderTemplate(
      template,
      { values: { ...context.specials, ...options.values, ...own }, now },
      context.id,
    );
  };
  const text = render(messages);
  return { text, turns: markedTurns(messages, text, render) ?? foundTurns(messages, text) };
}

function checkMessage(message: unknown, index: number): void {
  const { role, content } = Object(message) as Record<string, unknown>;
  const isPart = (part: unknown): boolean => typeof (Object(part) as ChatPart).type === 'string';
  const known =
    content === undefined ||
    content === null ||
    typeof content === 'string' ||
    (Array.isArray(content) && content.every(isPart));
  if (typeof role === 'string' && known) return;
  throw new PellucidError(
    'bad-input',
    `Message ${index} is not { "role": …, "content": … } with texts, or a list of parts as content.`,
  );
}

/** Private-use characters that stand around a content while it is looked for. */
const [opens, closes] = ['\ue0f0', '\ue0f1'];
const markers = /[\ue0f0\ue0f1]/gu;

/**
 * Where each content is, found by rendering once more with markers around it. Undefined where the template then does
 * something else, for it looks into contents.
 */
function markedTurns(
  messages: readonly ChatMessage[],
  text: string,
  render: (messages: readonly ChatMessage[]) => string,
): Chat['turns'] | undefined {
  if (messages.some((message) => textsOf(message).some((each) => markers.test(each)))) return undefined;
  const order: number[] = [];
  const marked = messages.map((message, index) => {
    const mark = (content: string): string => {
      const inner = content.trim();
      if (inner === '') return content;
      order.push(index);
      const at = content.indexOf(inner);
      return `${content.slice(0, at)}${opens}${inner}${closes}${content.slice(at + inner.length)}`;
    };
    return withTexts(message, mark);
  });
  let rendered: string;
  try {
    rendered = render(marked);
  } catch {
    return undefined;
  }
  if (rendered.replace(markers, '') !== text) return undefined;
  const spans: [number, number][] = [];
  let removed = 0;
  for (const match of rendered.matchAll(markers)) {
    const at = match.index - removed++;
    if (match[0] === opens) spans.push([at, -1]);
    else if (spans.at(-1)?.[1] === -1) spans.at(-1)![1] = at;
    else return undefined;
  }
  // Each once and in order: else it is not known which is whose.
  if (spans.length !== order.length || spans.some(([, end]) => end < 0)) return undefined;
  const turns: ([number, number] | null)[] = messages.map(() => null);
  for (const [i, [start, end]] of spans.entries()) {
    const index = order[i]!;
    turns[index] = [turns[index]?.[0] ?? start, end];
  }
  const ownText = (index: number) => text.slice(...turns[index]!);
  const same = order.every((index) =>
    textsOf(messages[index]!).every((each) => ownText(index).includes(each.trim())),
  );
  return same ? turns : undefined;
}

/** Where each content is, by looking for them one after the other. */
function foundTurns(messages: readonly ChatMessage[], text: string): Chat['turns'] {
  let from = 0;
  return messages.map((message) => {
    const texts = textsOf(message).flatMap((each) => each.trim() || []);
    const starts: number[] = [];
    let end = from;
    for (const each of texts) {
      const at = text.indexOf(each, end);
      if (at < 0) return null;
      starts.push(at);
      end = at + each.length;
    }
    if (starts.length === 0) return null;
    from = end;
    return [starts[0]!, end];
  });
}

function textsOf({ content }: ChatMessage): string[] {
  if (typeof content === 'string') return [content];
  return content?.flatMap(({ text }) => (typeof text === 'string' ? [text] : [])) ?? [];
}

function withTexts(message: ChatMessage, change: (text: string) => string): ChatMessage {
  const { content } = message;
  if (typeof content === 'string') return { ...message, content: change(content) };
  if (!content) return message;
  const parts = content.map((part) =>
    typeof part.text === 'string' ? { ...part, text: change(part.text) } : part,
  );
  return { ...message, content: parts };
}
