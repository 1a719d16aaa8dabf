import { useState } from 'preact/hooks';
import type { HistoryJson } from '../../../src/wire/history.js';
import { go, place } from '../address.js';
import { getJson } from '../api/request.js';
import { variantsOf, type Where } from '../model/variants.js';
import { say } from '../words/words.js';
import { Comparison } from './comparison.js';
import { Failure } from './failure.js';
import { Link } from './link.js';
import { RunChart } from './run-chart.js';
import { RunTable } from './run-table.js';
import { TargetForm } from './target-form.js';
import { useLoaded } from './use-loaded.js';
import { Variants } from './variants.js';
import { Welcome } from './welcome.js';

/** How many of the newest runs are looked at; asked for more, the next number. */
const LIMITS = [100, 400, 1000] as const;

/** What a target's path was like before: its runs, its ways, and what differs between two of them. */
export function HistoryView() {
  const { target, a, b } = place.value;
  const show = (wanted: string) => go({ view: 'history', target: wanted });
  return (
    <>
      <h1 class="hidden">{say('view.history')}</h1>
      <TargetForm
        action={say('history.show')}
        icon="search"
        isPlain
        onStart={(asked) => show(asked.target)}
      />
      {target === '' ? (
        <Welcome
          title="history.welcome"
          text="history.welcome.text"
          points={['history.teach.ways', 'history.teach.compare', 'history.teach.hop']}
          onPick={show}
        />
      ) : (
        <Runs key={target} target={target} picked={[a, b].filter((id) => id !== '')} />
      )}
    </>
  );
}

function Runs({ target, picked }: { target: string; picked: readonly string[] }) {
  const [limit, setLimit] = useState<number>(LIMITS[0]);
  const [where, setWhere] = useState<Where>('end');
  const { state, reload } = useLoaded(
    (signal) => getJson<HistoryJson>('/api/history', { target, limit }, signal),
    [target, limit],
  );
  if (state.kind === 'failed') return <Failure {...state} onRetry={reload} />;
  if (state.kind === 'loading') return <p class="status">{say('loading')}</p>;

  const names = Object.keys(state.value);
  // A domain finds its subdomains too: what was asked for comes first, or else what there is.
  const name = names.find((one) => one === target.toLowerCase()) ?? names[0];
  const runs = name === undefined ? [] : state.value[name]!;
  if (name === undefined || runs.length === 0) return <p class="status">{say('history.none')}</p>;

  const variants = variantsOf(runs);
  const pick = (id: number) => {
    const text = String(id);
    const next = picked.includes(text) ? picked.filter((one) => one !== text) : [...picked, text].slice(-2);
    const [first = '', second = ''] = next.toSorted((one, other) => Number(one) - Number(other));
    go({ view: 'history', target, a: first, b: second }, 'replace');
  };
  const more = LIMITS.find((one) => one > limit);
  return (
    <>
      {names.length > 1 && (
        <p class="chips also">
          <span>{say('history.also')}</span>
          {names
            .filter((one) => one !== name)
            .map((one) => (
              <Link key={one} class="chip" to={{ view: 'history', target: one }}>
                {one}
              </Link>
            ))}
        </p>
      )}
      <div class="board wide">
        <RunChart
          runs={runs}
          variants={variants}
          where={where}
          onWhere={setWhere}
          picked={picked}
          onPick={pick}
        />
        {picked.length === 2 && <Comparison target={name} a={picked[0]!} b={picked[1]!} />}
        <Variants variants={variants} count={runs.length} />
        <RunTable
          runs={runs}
          variants={variants}
          picked={picked}
          onPick={pick}
          onMore={more !== undefined && runs.length === limit ? () => setLimit(more) : null}
        />
      </div>
    </>
  );
}
