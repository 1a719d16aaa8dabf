import { place } from './address.js';
import { language } from './preferences.js';
import { Footer } from './view/footer.js';
import { Header } from './view/header.js';
import { HistoryView } from './view/history-view.js';
import { MonitorsView } from './view/monitors-view.js';
import { TraceView } from './view/trace-view.js';
import { WatchView } from './view/watch-view.js';
import { say } from './words/words.js';

const views = { trace: TraceView, watch: WatchView, history: HistoryView, monitors: MonitorsView };

/** The whole page. Views stay apart: each one's runs end when it goes away. */
export function App() {
  const View = views[place.value.view];
  return (
    <div class="frame" data-language={language.value}>
      <a class="skip" href="#main">
        {say('skip')}
      </a>
      <Header />
      <main id="main" tabIndex={-1}>
        <View />
      </main>
      <Footer />
    </div>
  );
}
