import type { BodyAndContentType, SessionDescriptionHandler, SessionDescriptionHandlerOptions } from 'sip.js';
import type { MediaSettings } from '../rtp/media-messages';
import type { Direction } from '../sdp/direction';
import { LocalDescription, type LocalMedia } from '../sdp/local-description';

export interface DescriptionOptions extends SessionDescriptionHandlerOptions { hold?: boolean }

export interface CallDescriptionOptions {
  /** Opens the ports at the first need. */
  media(): Promise<LocalMedia>;
  onAgreed(settings: MediaSettings, description: { held: boolean }): void;
}

/** What sip.js calls a session description handler: it asks for offers and answers and hands over theirs. The media are the call's. */
export class CallDescription implements SessionDescriptionHandler {
  #description: LocalDescription | undefined;
  #opening: Promise<LocalDescription> | undefined;
  #offering = false;
  #onHold = false;

  constructor(private readonly options: CallDescriptionOptions) {}

  hasDescription(contentType: string): boolean { return /^\s*application\/sdp\b/i.test(contentType); }

  async getDescription(options?: DescriptionOptions): Promise<BodyAndContentType> {
    const description = await this.#open();
    if (options?.hold !== undefined) this.#onHold = options.hold;
    const wish: Direction = this.#onHold ? 'sendonly' : 'sendrecv';
    if (!description.hasOffer) {
      this.#offering = true;
      return { body: description.offer(wish), contentType: 'application/sdp' };
    }
    const { text, settings } = description.answer(wish);
    this.options.onAgreed(settings, { held: description.held });
    return { body: text, contentType: 'application/sdp' };
  }

  async setDescription(text: string): Promise<void> {
    const description = await this.#open();
    if (!this.#offering) { description.takeOffer(text); return; }
    const settings = description.takeAnswer(text);
    this.#offering = false;
    this.options.onAgreed(settings, { held: description.held });
  }

  /** An answer that came early (183). The final one may say something else: the offer stays open. */
  takeEarlyAnswer(text: string): void {
    const description = this.#description;
    if (!description || !this.#offering) return;
    this.options.onAgreed(description.takeAnswer(text), { held: description.held });
  }

  async rollbackDescription(): Promise<void> {
    this.#offering = false;
    this.#description?.rollback();
  }

  sendDtmf(): boolean { return false; } // keys go by the call, which has the media

  close(): void {}

  #open(): Promise<LocalDescription> {
    this.#opening ??= this.options.media().then((media) => (this.#description = new LocalDescription(media)));
    return this.#opening;
  }
}
