import { useEffect, useRef, useState } from 'preact/hooks';
import { place } from '../address.js';
import { say } from '../words/words.js';
import { Icon, type IconName } from './icon.js';

export interface Asked {
  readonly target: string;
  readonly protocol: string;
  readonly family: string;
}

/** What to look at, and how. */
export function TargetForm(props: {
  readonly action: string;
  readonly icon?: IconName;
  /** Where nothing is probed there is nothing to choose but the target. */
  readonly isPlain?: boolean;
  readonly isRunning?: boolean;
  readonly onStart: (asked: Asked) => void;
  readonly onStop?: () => void;
}) {
  const { target, protocol, family } = place.value;
  const [text, setText] = useState(target);
  const [isEmpty, setEmpty] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(target), [target]);
  useEffect(() => {
    if (target === '') input.current?.focus();
  }, []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const data = new FormData(event.currentTarget as HTMLFormElement);
    const wanted = text.trim();
    setEmpty(wanted === '');
    if (wanted === '') return input.current?.focus();
    props.onStart({
      target: wanted,
      protocol: String(data.get('protocol') ?? ''),
      family: String(data.get('family') ?? ''),
    });
  };
  return (
    <search>
      <form class="ask" onSubmit={submit}>
        <div class="field">
          <label for="target">{say('target')}</label>
          <input
            ref={input}
            id="target"
            name="target"
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            placeholder="example.com, 9.9.9.9, 2620:fe::fe"
            autocomplete="off"
            autocapitalize="none"
            spellcheck={false}
            maxLength={2048}
            aria-invalid={isEmpty}
            aria-describedby={isEmpty ? 'target-missing' : undefined}
          />
          {isEmpty && (
            <p class="wrong" id="target-missing" role="alert">
              {say('target.missing')}
            </p>
          )}
        </div>
        {!props.isPlain && <Options protocol={protocol} family={family} />}
        {/* Two elements: of one, made a submit button while it is clicked, the same click would start again. */}
        {props.isRunning ? (
          <button key="stop" type="button" class="main stop" onClick={props.onStop}>
            <Icon name="stop" />
            {say('stop')}
          </button>
        ) : (
          <button key="start" type="submit" class="main">
            <Icon name={props.icon ?? 'play'} />
            {props.action}
          </button>
        )}
      </form>
    </search>
  );
}

/** How it is probed. */
function Options({ protocol, family }: Pick<Asked, 'protocol' | 'family'>) {
  return (
    <>
      <div class="field small">
        <label for="protocol">{say('protocol')}</label>
        <select id="protocol" name="protocol" key={`p${protocol}`}>
          {['', 'icmp', 'udp'].map((value) => (
            <option key={value} value={value} selected={value === protocol}>
              {value === '' ? say('auto') : value.toUpperCase()}
            </option>
          ))}
        </select>
      </div>
      <div class="field small">
        <label for="family">{say('family')}</label>
        <select id="family" name="family" key={`f${family}`}>
          {['', '4', '6'].map((value) => (
            <option key={value} value={value} selected={value === family}>
              {value === '' ? say('auto') : `IPv${value}`}
            </option>
          ))}
        </select>
      </div>
    </>
  );
}
