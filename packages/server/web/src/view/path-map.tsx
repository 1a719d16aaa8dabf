import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Hop } from '../api/hop.js';
import { focus, focused, unfocus } from '../model/focus.js';
import { type Point, project } from '../model/projection.js';
import { type Route, ranges, routeOf, type Stop } from '../model/stops.js';
import { loadWorld, type World } from '../model/world.js';
import { say } from '../words/words.js';
import { Icon } from './icon.js';
import { Legend } from './legend.js';
import { useSize } from './use-size.js';
import { useZoom } from './use-zoom.js';

/** Pixels that an arrow key moves the map by. */
const KEY_STEP = 60;
const directions: Readonly<Record<string, Point>> = {
  ArrowLeft: [1, 0],
  ArrowRight: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** The path over the world: stops in order, joined by great circles. What has no place is listed below. */
export function PathMap({ hops, isLive }: { hops: readonly Hop[]; isLive: boolean }) {
  const [element, { width, height }] = useSize<HTMLElement>();
  const [world, setWorld] = useState<World | null>(null);
  useEffect(() => {
    let isHere = true;
    loadWorld().then((loaded) => isHere && setWorld(loaded));
    return () => {
      isHere = false;
    };
  }, []);
  const map = useMemo(() => project(width, height), [width, height]);
  const route = useMemo(() => routeOf(hops), [hops]);
  const zoom = useZoom(width, height);

  const fit = () => zoom.show(route.stops.map(({ lon, lat }) => map.point(lon, lat)));
  // A path that is complete is looked at as a whole; while it grows the map stays still.
  useEffect(() => {
    if (!isLive && width > 0 && route.stops.length > 0) fit();
  }, [isLive, width, route.stops.length]);

  const steer = (event: KeyboardEvent) => {
    const direction = directions[event.key];
    if (direction === undefined) return;
    event.preventDefault();
    zoom.pan(KEY_STEP * direction[0], KEY_STEP * direction[1]);
  };

  const land = useMemo(() => (world === null ? '' : map.outline(world.land)), [world, map]);
  const borders = useMemo(() => (world === null ? '' : map.outline(world.borders)), [world, map]);
  return (
    <section class="card map" aria-label={say('map')}>
      <header>
        <h2>{say('map')}</h2>
        <div class="tools">
          <button type="button" class="quiet icon" aria-label={say('zoom.in')} onClick={() => zoom.by(1.6)}>
            <Icon name="plus" />
          </button>
          <button
            type="button"
            class="quiet icon"
            aria-label={say('zoom.out')}
            onClick={() => zoom.by(1 / 1.6)}
          >
            <Icon name="minus" />
          </button>
          <button type="button" class="quiet icon" aria-label={say('zoom.fit')} onClick={fit}>
            <Icon name="fit" />
          </button>
        </div>
      </header>
      <section ref={element} class="globe" aria-label={say('map.keys')} tabIndex={0} onKeyDown={steer}>
        {width > 0 && (
          <svg ref={zoom.element} width={width} height={height} role="img" aria-label={describe(route)}>
            <g transform={`translate(${zoom.at.x} ${zoom.at.y}) scale(${zoom.at.k})`}>
              <path class="sphere" d={map.sphere} />
              <path class="land" d={land} />
              <path class="borders" d={borders} stroke-width={0.5 / zoom.at.k} />
              {route.legs.map(({ from, to, ttl }) => (
                <path
                  key={ttl}
                  class={`leg ${focused.value.has(ttl) ? 'focused' : ''}`}
                  data-ttl={ttl}
                  d={map.arc([from.lon, from.lat], [to.lon, to.lat])}
                  stroke-width={2 / zoom.at.k}
                />
              ))}
            </g>
            {withLabels(route.stops, (stop) => zoom.place(map.point(stop.lon, stop.lat))).map((mark) => (
              <StopMark key={`${mark.stop.lat} ${mark.stop.lon}`} {...mark} />
            ))}
          </svg>
        )}
      </section>
      <Unplaced route={route} />
      <Legend
        marks={[
          ['stop', 'legend.stop'],
          ['end', 'legend.end'],
          ['listed', 'legend.listed'],
        ]}
      />
    </section>
  );
}

interface Mark {
  readonly stop: Stop;
  readonly at: Point;
  /** There is room for its name. */
  readonly isNamed: boolean;
}

/** Stops with their names, but for those that would cover an earlier one's: zooming in brings them out. */
function withLabels(stops: readonly Stop[], placeOf: (stop: Stop) => Point): readonly Mark[] {
  const marks: Mark[] = [];
  for (const stop of stops) {
    const at = placeOf(stop);
    const isNear = ({ isNamed, at: [x, y] }: Mark) =>
      isNamed && Math.abs(x - at[0]) < 90 && Math.abs(y - at[1]) < 26;
    marks.push({ stop, at, isNamed: !marks.some(isNear) });
  }
  return marks;
}

function StopMark({ stop, at: [x, y], isNamed }: Mark) {
  const { ttls, label, threatened, isEnd } = stop;
  const isFocused = ttls.some((ttl) => focused.value.has(ttl));
  const numbers = ranges(ttls);
  return (
    <g
      class={['stop', threatened && 'threatened', isEnd && 'end', isFocused && 'focused']
        .filter(Boolean)
        .join(' ')}
      transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
      data-ttls={ttls.join(' ')}
      onMouseEnter={() => focus(ttls)}
      onMouseLeave={unfocus}
    >
      <circle r={isFocused ? 9 : 7} />
      {(isNamed || isFocused) && (
        <>
          <text class="numbers" y={-12} text-anchor="middle">
            {numbers}
          </text>
          <text class="label" y={22} text-anchor="middle">
            {label}
          </text>
        </>
      )}
      <title>{`${numbers}: ${label}`}</title>
    </g>
  );
}

function Unplaced({ route: { unplaced } }: { route: Route }) {
  if (unplaced.length === 0) return null;
  const reasons = ['infeasible', 'private', 'unknown', 'silent'] as const;
  return (
    <p class="unplaced">
      {say('unplaced')}{' '}
      {reasons.map((reason) => {
        const ttls = unplaced.filter(({ because }) => because === reason).map(({ hop }) => hop.hop);
        if (ttls.length === 0) return null;
        return (
          <span key={reason} class="chip still" onMouseEnter={() => focus(ttls)} onMouseLeave={unfocus}>
            {ranges(ttls)} {say(`unplaced.${reason}`)}
          </span>
        );
      })}
    </p>
  );
}

function describe({ stops }: Route): string {
  return stops.map(({ ttls, label }) => `${ranges(ttls)}: ${label}`).join('; ') || say('map.empty');
}
