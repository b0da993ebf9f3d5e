import {
  type Client,
  type Recording,
  type RememberingClient,
  remembering,
  type WorkerClient,
} from 'pellucid/client';

/** How this page reaches models, and what that allows. */
export interface Session {
  readonly client: Client;
  /** Opens files that the person gives to the page; where the model lies in the page's own worker. */
  readonly addFiles?: WorkerClient['addFiles'];
  /** What computes, and how to change it; where that is the page's own machine. */
  readonly backend?: {
    readonly used: 'wasm' | 'webgpu';
    use(backend: 'wasm' | 'webgpu'): void;
  };
  /** What a saved page was saved with: it has no model. */
  readonly recording?: Recording;
}

/** Set once, before the page is drawn. */
export let session: Omit<Session, 'client'> = {};
/** Asks, and remembers the answers, so that they can be saved with the page. */
export let client: RememberingClient;

/** Says how this page reaches models; before anything is drawn. */
export function begin({ client: own, ...rest }: Session): void {
  client = remembering(own);
  session = rest;
}
