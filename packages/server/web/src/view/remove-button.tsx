import { useRef, useState } from 'preact/hooks';
import { sendJson } from '../api/request.js';
import { failure } from '../model/trace-run.js';
import { say } from '../words/words.js';
import { Failure, type Trouble } from './failure.js';
import { Icon } from './icon.js';

/** Removes something on the server, after a question. */
export function RemoveButton(props: {
  readonly path: string;
  readonly question: string;
  readonly onRemoved: () => void;
}) {
  const { path, question, onRemoved } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const remove = async () => {
    try {
      await sendJson('DELETE', path);
      dialog.current?.close();
      onRemoved();
    } catch (error) {
      setTrouble(failure(error));
    }
  };
  return (
    <>
      <button
        type="button"
        class="quiet icon"
        aria-label={question}
        onClick={() => {
          setTrouble(null);
          dialog.current?.showModal();
        }}
      >
        <Icon name="remove" />
      </button>
      <dialog ref={dialog} aria-label={question}>
        <p>{question}</p>
        {trouble !== null && <Failure {...trouble} onRetry={remove} />}
        <div class="choice">
          <button type="button" onClick={() => dialog.current?.close()}>
            {say('keep')}
          </button>
          <button type="button" class="main stop" onClick={remove}>
            {say('remove')}
          </button>
        </div>
      </dialog>
    </>
  );
}
